"""Where the orphan part ranks the diseases of published patients, the honest ways first.

The annotations are partly curated from the papers of these very patients, so a rank counts only where the patient's
own paper was never known or has been forgotten. Ranks are pessimistic: a tie counts against us.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import minimize_scalar

from ..reports.orphan import Split
from ..simulate import State
from .knowledge import Annotation, forgetting
from .part import TERM_BANDS, OrphanPart
from .patients import UNTOLD_AGE, Case, annotations, rows_by_code
from .profiles import direct_profile, ratio_vector

LR = "likelihood ratios"
ALL = (LR, "prototypical network", "prevalence", "sex")
ECE_BINS = 15


def state_of(case: Case) -> State:
    """A published patient as a request tells one; without an age, as ``data/cases`` has it."""
    age = UNTOLD_AGE if case.age is None else case.age
    return State(list(case.present), list(case.absent), age, case.sex, case.disease)


def ranks_of(scores: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Rank of each score of the true disease among its row of others' [n, diseases], [n] from 1."""
    return 1.0 + (scores >= true[:, None]).sum(1)


def half_of(cases: Sequence[Case]) -> np.ndarray:
    """0 or 1 for every case: every other cohort by name, so that no gene is on both sides."""
    order = {name: i for i, name in enumerate(sorted({c.cohort for c in cases}))}
    return np.array([order[c.cohort] % 2 for c in cases])


@dataclass
class Evaluation:
    """Scores of all cases by a part that no published patient has entered. ``row``: -1 where the disease is unknown."""

    part: OrphanPart
    cases: list[Case]

    def __post_init__(self) -> None:
        diseases = self.part.knowledge.diseases
        self.states = [state_of(c) for c in self.cases]
        self.row = np.array([-1 if c.row is None else c.row for c in self.cases])
        self.known = self.row >= 0
        self.cited = np.array(
            [c.row is not None and bool(c.papers & diseases[c.row].papers) for c in self.cases]
        )
        self.honest = np.flatnonzero(self.known & ~self.cited)
        papers: dict[str, set[frozenset[int]]] = {}
        for c in self.cases:
            papers.setdefault(c.disease, set()).add(c.papers)
        self.has_support = np.array([any(not p & c.papers for p in papers[c.disease]) for c in self.cases])

    @cached_property
    def lr(self) -> np.ndarray:
        """[cases, diseases], float32."""
        return self.part.lr(self.states)[:, : self.part.n].astype(np.float32)

    @cached_property
    def cosines(self) -> np.ndarray:
        return self.part.cosines(self.states).astype(np.float32)

    @cached_property
    def evidence(self) -> np.ndarray:
        return self.part.evidence(self.states, self.lr, self.cosines).astype(np.float32)

    def ranks(self, scores: np.ndarray) -> np.ndarray:
        """Of the true diseases in scores of all diseases; infinite where the disease is unknown."""
        true = scores[np.arange(len(scores)), self.row]
        return np.where(self.known, ranks_of(scores, true) - 1, np.inf)

    def other_ranks(self, scores: np.ndarray, true: np.ndarray) -> np.ndarray:
        """Of true scores that come from elsewhere (-inf: nothing is known): the true row's own does not count."""
        others = scores.copy()
        others[np.flatnonzero(self.known), self.row[self.known]] = -np.inf
        return np.where(np.isfinite(true), ranks_of(others, true), np.inf)

    def forgetful(self, support: bool) -> np.ndarray:
        """LR scores of the true diseases without the case's own papers, -inf where nothing else supports them, [cases].

        ``support``: with the published patients of other papers.
        """
        made: dict[tuple[str, frozenset[int]], dict[int, int]] = {}
        by_disease: dict[str, list[Case]] = {}
        for c in self.cases:
            by_disease.setdefault(c.disease, []).append(c)
        scores = np.full(len(self.cases), -np.inf)
        for i, c in enumerate(self.cases):
            key = (c.disease, c.papers)
            if key not in made:
                others = [o for o in by_disease[c.disease] if not o.papers & c.papers] if support else []
                made[key] = self._codes(c, annotations(others))
            if made[key]:
                scores[i] = self.part.scorer.score_row(c.present, made[key], support and self.has_support[i])
        return scores

    def _codes(self, case: Case, patients: list[Annotation]) -> dict[int, int]:
        knowledge = self.part.knowledge
        kept = () if case.row is None else forgetting(knowledge.diseases[case.row], case.papers)
        profile = direct_profile((*kept, *patients))
        if not profile:
            return {}
        n_terms = len(self.part.vocabulary.ids)
        return self.part.ratios.kept(ratio_vector(profile, knowledge.background, knowledge.graph, n_terms))

    def as_served(self, served: OrphanPart) -> np.ndarray:
        """Ranks in the served part, where all other diseases have their published patients and the true one none."""
        true = np.where(self.known, self.evidence[np.arange(len(self.cases)), self.row], -np.inf)
        result = np.empty(len(self.cases))
        row_of = rows_by_code(served.knowledge.diseases)
        for at in range(0, len(self.cases), 500):
            part = slice(at, at + 500)
            scores = served.evidence(self.states[part])
            own = np.array([row_of.get(c.disease, -1) for c in self.cases[part]])
            at_own = np.flatnonzero(own >= 0)
            scores[at_own, own[at_own]] = -np.inf
            result[part] = ranks_of(scores, true[part])
        return np.where(self.known, result, np.inf)

    def splits(self, served: OrphanPart, more: Sequence[Split]) -> list[Split]:
        """In the order in which they deserve trust, ``more`` among them; leaky ones last and named so."""
        alone, together = self.ranks(self.lr), self.ranks(self.evidence)
        forgotten, supported = self.forgetful(support=False), self.forgetful(support=True)
        left_out = self.other_ranks(self.lr, forgotten)
        scorable = np.isfinite(forgotten)
        return [
            Split(
                "paper_not_in_knowledge",
                "No annotation of the disease cites the case's paper; no published patient in any profile",
                ALL,
                ~self.cited,
                together,
            ),
            Split(
                "paper_not_in_knowledge_disease_known",
                "The first row without the diseases that the knowledge base does not hold",
                ALL,
                ~self.cited & self.known,
                together,
            ),
            Split(
                "paper_not_in_knowledge_as_served",
                "The second row as served: all other diseases have their published patients, the true one has none",
                ALL,
                ~self.cited & self.known,
                self.as_served(served),
            ),
            Split(
                "paper_not_in_knowledge_disease_known_ratios_alone",
                "The second row by the likelihood ratios alone",
                (LR,),
                ~self.cited & self.known,
                alone,
            ),
            *more,
            Split(
                "paper_left_out",
                "Annotations from the case's paper removed from its disease; pessimistic: only that disease loses "
                "knowledge. Only diseases that another source supports; cases with nothing to remove stay in",
                (LR,),
                scorable,
                left_out,
            ),
            Split(
                "paper_left_out_something_removed",
                "The row above, only cases whose paper was in the knowledge base",
                (LR,),
                scorable & self.cited,
                left_out,
            ),
            Split(
                "paper_left_out_with_support",
                "The case's paper left out, the published patients of other papers as few-shot support, diseases that "
                "the knowledge base lacks among them; all cases whose disease has a patient in another paper",
                (LR,),
                self.has_support,
                self.other_ranks(self.lr, supported),
            ),
            Split(
                "paper_left_out_same_cases_without_support",
                "The same cases without those patients",
                (LR,),
                self.has_support,
                self.other_ranks(self.lr, forgotten),
            ),
            Split(
                "LEAKY_paper_in_knowledge",
                "LEAKY: scored with annotations made from the case's paper",
                ALL,
                self.cited,
                together,
            ),
        ]


def fit_scales(evidence: np.ndarray, rows: np.ndarray, terms: np.ndarray) -> list[dict]:
    """For each band of scored findings, the scale of least log loss; [n, diseases], true rows [n], findings [n]."""
    scales = []
    for low, high in zip(TERM_BANDS, (*TERM_BANDS[1:], np.inf), strict=True):
        chosen = (terms >= low) & (terms < high)
        scales.append({"min_terms": low, "scale": round(_scale(evidence[chosen], rows[chosen]), 6)})
    return scales


def _scale(evidence: np.ndarray, rows: np.ndarray) -> float:
    below = evidence - evidence.max(1, keepdims=True)
    true = below[np.arange(len(rows)), rows]

    def loss(scale: float) -> float:
        return float(np.mean(np.log(np.exp(np.float32(scale) * below).sum(1)) - scale * true))

    return float(minimize_scalar(loss, bounds=(0.2, 4), method="bounded", options={"xatol": 0.005}).x)


def calibration(evaluation: Evaluation) -> dict:
    """Probability of the first disease against how often it is right, on the half of the cohorts not fitted on.

    Patients whose paper is not in the knowledge base and whose disease is.
    """
    e = evaluation
    which = e.honest
    half = half_of(e.cases)[which]
    terms = np.array([len(e.part.query(e.states[i])) for i in which])
    evidence, rows = e.evidence[which], e.row[which]
    confidence, right = np.zeros((2, len(which)))
    for side in (0, 1):
        fitted, held = half == side, half != side
        table = fit_scales(evidence[fitted], rows[fitted], terms[fitted])
        lows = [row["min_terms"] for row in table]
        scale = np.array([row["scale"] for row in table])[
            np.searchsorted(lows, terms[held], side="right") - 1
        ]
        logits = scale[:, None] * evidence[held]
        p = np.exp(logits - logits.max(1, keepdims=True))
        confidence[held] = p.max(1) / p.sum(1)
        right[held] = p.argmax(1) == rows[held]
    bin_of = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    bins = [
        {
            "n": int((bin_of == b).sum()),
            "confidence": round(float(confidence[bin_of == b].mean()), 4),
            "right": round(float(right[bin_of == b].mean()), 4),
        }
        for b in np.unique(bin_of)
    ]
    error = sum(b["n"] * abs(b["confidence"] - b["right"]) for b in bins) / len(which)
    return {
        "patients": "paper not in the knowledge base, disease known",
        "n": len(which),
        "ece_held_out": round(error, 4),
        "ece_bins": bins,
    }


def time_split(older: Evaluation) -> Split:
    """The likelihood ratios with the knowledge of 2023-01 on patients whose paper it does not cite."""
    return Split(
        "time_split_2023",
        "Knowledge of 2023-01 alone, patients whose paper it does not cite and whose disease it holds",
        (LR,),
        older.known & ~older.cited,
        older.ranks(older.lr),
    )
