"""How well the orphan part ranks published patients (``data/phenopackets``), the honest figures first.

The annotations are partly curated from the papers of these very patients, so a figure counts only where the
patient's own paper was never known or has been forgotten. Ranks are pessimistic: a tie counts against us.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
from scipy.optimize import minimize_scalar

from ..vocabulary import Vocabulary, read_jsonl_gz
from .knowledge import DECAY, Disease, Profiles, Ratios, Scorer, forgetting, ln_ratios

matplotlib.use("Agg")
from matplotlib import pyplot as plt

CASES = "phenopackets/cases.jsonl.gz"
DECAYS = (0.35, 0.5, 0.65)
RESAMPLES = 1_000
SEED = 20261121
CHUNK = 500
ECE_BINS = 15
TOP = (1, 3, 10)


@dataclass(frozen=True)
class Case:
    """A published patient: observed terms, disease, its row (None: unknown), papers and cohort."""

    present: tuple[int, ...]
    disease: str
    row: int | None
    papers: frozenset[int]
    cohort: str


def load_cases(data: Path, vocabulary: Vocabulary, diseases: Sequence[Disease]) -> list[Case]:
    """All shipped cases. Terms of mortality are no finding of a patient, and the vocabulary has none."""
    row_of = {code: row for row, d in enumerate(diseases) for code in d.codes}
    cases = []
    for c in read_jsonl_gz(data / CASES):
        terms = (vocabulary.index.get(vocabulary.replaced.get(t, t)) for t in c["obs"])
        [disease] = c["idis"]
        pmids = frozenset(int(p.removeprefix("PMID:")) for p in c["pmid"])
        present = tuple(t for t in terms if t is not None)
        cases.append(Case(present, disease, row_of.get(disease), pmids, c["cohort"]))
    return cases


class Evaluation:
    """Ranks of the true diseases, with all knowledge and with each case's own paper forgotten.

    ``ranks``: [cases], infinite where the disease is unknown. ``forgetful_ranks``: NaN where nothing but the
    case's own paper supports the disease. ``cited``: the case's paper supports its disease.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        diseases: Sequence[Disease],
        profiles: Profiles,
        scorer: Scorer,
    ) -> None:
        self.cases, self.diseases, self.profiles, self.scorer = cases, diseases, profiles, scorer
        self._forgotten: dict[tuple[int, frozenset[int]], dict[int, float]] = {}
        everything = {pmid for d in diseases for pmid in d.papers}
        self.known = np.array([c.row is not None for c in cases])
        self.cited = np.array([c.row is not None and bool(c.papers & diseases[c.row].papers) for c in cases])
        self.cited_anywhere = np.array([bool(c.papers & everything) for c in cases])
        self._true_scores = np.array([self._forgetful_score(c) for c in cases])
        self.scorable = ~np.isnan(self._true_scores)
        self.ranks, self.forgetful_ranks = self._rank()

    def _forgetful_score(self, case: Case) -> float:
        """Score of the true disease without the case's papers; NaN where no other source supports it."""
        if case.row is None:
            return np.nan
        key = (case.row, case.papers)
        if key not in self._forgotten:
            left = forgetting(self.diseases[case.row], case.papers)
            self._forgotten[key] = ln_ratios(left, self.profiles.background, self.scorer.vocabulary)
        left = self._forgotten[key]
        return self.scorer.score_row(case.present, left) if left else np.nan

    def _chunks(self, which: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """(cases, their true rows, scores of the orphan rows), a few hundred cases at a time."""
        for at in range(0, len(which), CHUNK):
            part = which[at : at + CHUNK]
            scores = self.scorer.score([self.cases[i].present for i in part])
            yield part, np.array([self.cases[i].row for i in part]), scores[:, : len(self.diseases)]

    def _rank(self) -> tuple[np.ndarray, np.ndarray]:
        ranks = np.full(len(self.cases), np.inf)
        forgetful = np.full(len(self.cases), np.nan)
        for part, rows, scores in self._chunks(np.flatnonzero(self.known)):
            at = np.arange(len(part))
            ranks[part] = (scores >= scores[at, rows][:, None]).sum(1)
            scores[at, rows] = -np.inf
            forgetful[part] = 1 + (scores >= self._true_scores[part, None]).sum(1)
        forgetful[~self.scorable] = np.nan
        return ranks, forgetful

    def forgetful_scores(self, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """float32 scores [cases, diseases] with the cases' own papers forgotten, and the true rows."""
        blocks, true_rows = [], []
        for part, rows, scores in self._chunks(which):
            scores[np.arange(len(part)), rows] = self._true_scores[part]
            blocks.append(scores.astype(np.float32))
            true_rows.append(rows)
        return np.concatenate(blocks), np.concatenate(true_rows)


# ---- ranking figures ---------------------------------------------------------------------------------------


def intervals(
    values: np.ndarray, cohorts: Sequence[str], diseases: Sequence[str]
) -> dict[str, dict[str, list[float]]]:
    """Micro and macro means of ``values`` [cases] as ``[mean, low, high]``: 95 % bootstrap over cohorts.

    Macro weighs every disease alike, however many cases it has.
    """
    cohort_names, cohort = np.unique(cohorts, return_inverse=True)
    _, disease, count = np.unique(diseases, return_inverse=True, return_counts=True)
    draws = np.random.default_rng(SEED).multinomial(
        len(cohort_names), np.full(len(cohort_names), 1 / len(cohort_names)), size=RESAMPLES
    )
    result = {}
    for name, weight in (("micro", np.ones(len(values))), ("macro", 1 / count[disease])):
        total = np.bincount(cohort, weight * values, len(cohort_names))
        mass = np.bincount(cohort, weight, len(cohort_names))
        low, high = np.quantile((draws @ total) / (draws @ mass), (0.025, 0.975))
        result[name] = [round(float(x), 4) for x in (total.sum() / mass.sum(), low, high)]
    return result


def figures(evaluation: Evaluation, which: np.ndarray, ranks: np.ndarray) -> dict:
    """Counts, top-1/3/10 and mean reciprocal rank of the cases asked (boolean [cases])."""
    cases = [c for c, wanted in zip(evaluation.cases, which, strict=True) if wanted]
    cohorts, diseases = [c.cohort for c in cases], [c.disease for c in cases]
    missing = [c.disease for c in cases if c.row is None]
    result: dict = {
        "n": len(cases),
        "diseases": len(set(diseases)),
        "cohorts": len(set(cohorts)),
        "disease_unknown_counted_as_miss": {"n": len(missing), "diseases": len(set(missing))},
    }
    for k in TOP:
        result[f"top_{k}"] = intervals((ranks[which] <= k).astype(float), cohorts, diseases)
    return result | {"mrr": intervals(1 / ranks[which], cohorts, diseases)}


def splits(evaluation: Evaluation) -> list[dict]:
    """The figures in the order in which they deserve trust; the leaky one last and named so."""
    e = evaluation
    table = (
        ("paper_not_in_knowledge", "No annotation of the disease cites the case's paper", ~e.cited, e.ranks),
        ("paper_cited_nowhere", "No annotation of any disease cites the paper", ~e.cited_anywhere, e.ranks),
        (
            "paper_not_in_knowledge_disease_known",
            "The first row without the diseases that the knowledge base does not hold",
            ~e.cited & e.known,
            e.ranks,
        ),
        (
            "paper_left_out",
            "Annotations from the case's paper removed from its disease; pessimistic: only that disease loses "
            "knowledge. Only diseases that another source supports; cases with nothing to remove stay in",
            e.scorable,
            e.forgetful_ranks,
        ),
        (
            "paper_left_out_something_removed",
            "The row above, only cases whose paper was in the knowledge base",
            e.scorable & e.cited,
            e.forgetful_ranks,
        ),
        (
            "LEAKY_paper_in_knowledge",
            "LEAKY: scored with annotations made from the case's paper",
            e.cited,
            e.ranks,
        ),
    )
    return [{"name": n, "what": what} | figures(e, which, ranks) for n, what, which, ranks in table]


def cohort_half(evaluation: Evaluation) -> np.ndarray:
    """0 or 1 for every case: every other cohort by name, so that no gene is on both sides."""
    order = {name: i for i, name in enumerate(sorted({c.cohort for c in evaluation.cases}))}
    return np.array([order[c.cohort] % 2 for c in evaluation.cases])


def compare_decays(evaluations: Sequence[Evaluation]) -> list[dict]:
    """The honest figures of evaluations that differ in the discount a step, on both halves of the cohorts."""
    rows = []
    for e in evaluations:
        half = cohort_half(e)
        for name, which, ranks in (
            ("paper_not_in_knowledge", ~e.cited, e.ranks),
            ("paper_left_out", e.scorable, e.forgetful_ranks),
        ):
            for side in (0, 1):
                r = ranks[which & (half == side)]
                top = {f"top_{k}": round(float((r <= k).mean()), 4) for k in TOP}
                rows.append({"decay": e.scorer.decay, "split": name, "half": side, "n": len(r)} | top)
                rows[-1]["mrr"] = round(float((1 / r).mean()), 4)
    return rows


# ---- calibration -------------------------------------------------------------------------------------------


def posterior(scores: np.ndarray, temperature: float) -> np.ndarray:
    """softmax(scores / temperature) over the last axis: a uniform prior over the diseases."""
    weight = np.exp((scores - scores.max(-1, keepdims=True)) / temperature)
    return weight / weight.sum(-1, keepdims=True)


def fit_temperature(scores: np.ndarray, true_rows: np.ndarray) -> float:
    """The temperature of least log loss, 0.5 to 20."""
    below = scores - scores.max(1, keepdims=True)
    true = below[np.arange(len(true_rows)), true_rows]

    def loss(ln_temperature: float) -> float:
        t = np.float32(np.exp(ln_temperature))
        return float(np.mean(np.log(np.exp(below / t).sum(1)) - true / t))

    bounds = (np.log(0.5), np.log(20))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 0.005}).x))


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> tuple[float, list[dict]]:
    """Expected calibration error of the first place in equal bins, and the bins."""
    bin_of = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    bins = [
        {
            "n": int((bin_of == b).sum()),
            "confidence": round(float(confidence[bin_of == b].mean()), 4),
            "right": round(float(right[bin_of == b].mean()), 4),
        }
        for b in np.unique(bin_of)
    ]
    return sum(b["n"] * abs(b["confidence"] - b["right"]) for b in bins) / len(right), bins


def calibrate(scores: np.ndarray, true_rows: np.ndarray, half: np.ndarray) -> dict:
    """Temperature by log loss; the error is measured on the half of the cohorts it was not fitted on."""
    crossed, confidence, right, loss = [], *np.zeros((3, len(half)))
    for side in (0, 1):
        fitted, held = half == side, half != side
        t = fit_temperature(scores[fitted], true_rows[fitted])
        p = posterior(scores[held], t)
        confidence[held], right[held] = p.max(1), p.argmax(1) == true_rows[held]
        loss[held] = -np.log(p[np.arange(held.sum()), true_rows[held]] + 1e-30)
        error, _ = calibration_error(confidence[held], right[held])
        crossed.append({"fitted_n": int(fitted.sum()), "temperature": round(t, 4), "held_n": int(held.sum())})
        crossed[-1] |= {"held_ece": round(error, 4)}
    error, bins = calibration_error(confidence, right)
    return {
        "temperature": round(fit_temperature(scores, true_rows), 4),
        "n": len(half),
        "halves": crossed,
        "ece_held_out": round(error, 4),
        "log_loss_held_out": round(float(loss.mean()), 4),
        "ece_bins": bins,
    }


def calibration_report(evaluation: Evaluation) -> dict:
    """Of ``softmax(score / (T sqrt(query terms)))`` with the own paper left out; beside it, of ``softmax(score / T)``.

    The findings of one patient are not independent, so a sum of n log ratios claims too much.
    """
    which = np.flatnonzero(evaluation.scorable)
    scores, true_rows = evaluation.forgetful_scores(which)
    half = cohort_half(evaluation)[which]
    n = [max(1, len(evaluation.scorer.query(evaluation.cases[i].present))) for i in which]
    softened = scores / np.sqrt(n, dtype=np.float32)[:, None]
    return calibrate(softened, true_rows, half) | {
        "patients": "own paper left out",
        "compared": {"score / T": calibrate(scores, true_rows, half)},
    }


# ---- report ------------------------------------------------------------------------------------------------


def report(
    data: Path, diseases: Sequence[Disease], profiles: Profiles, ratios: Ratios, vocabulary: Vocabulary
) -> tuple[dict, Evaluation]:
    """Everything measured about the orphan part, as ``reports/orphan.json`` has it, and its evaluation."""
    cases = load_cases(data, vocabulary, diseases)

    def evaluate(decay: float) -> Evaluation:
        print(f"orphan: ranking {len(cases)} published patients, decay {decay}", flush=True)
        return Evaluation(cases, diseases, profiles, Scorer(ratios, vocabulary, decay))

    evaluations = {decay: evaluate(decay) for decay in DECAYS}
    evaluation = evaluations[DECAY]
    print("orphan: calibrating", flush=True)
    calibration = calibration_report(evaluation)
    unknown = [c.disease for c in cases if c.row is None]
    return {
        "what": "Likelihood ratios over HPO on published patients (Phenopacket Store); the half shipped here",
        "knowledge": {
            "diseases": len(diseases),
            "annotations": sum(len(d.annotations) for d in diseases),
            "values": int(profiles.matrix.nnz),
            "papers": len({pmid for d in diseases for pmid in d.papers}),
        },
        "patients": {
            "n": len(cases),
            "diseases": len({c.disease for c in cases}),
            "cohorts": len({c.cohort for c in cases}),
            "disease_unknown": {"n": len(unknown), "diseases": len(set(unknown))},
            "not_scorable_with_paper_left_out": int((evaluation.known & ~evaluation.scorable).sum()),
        },
        "intervals": f"95 %, {RESAMPLES} bootstrap resamples of cohorts; [mean, low, high]",
        "ties": "count against the true disease",
        "splits": splits(evaluation),
        "calibration": calibration,
        "decay": {"chosen": DECAY, "compared": compare_decays(list(evaluations.values()))},
        "not_measured": [
            "time split (knowledge of 2023-01): the older annotations are not part of the project's data",
            "PhenoBrain, Exomiser and LIRICAL on these cases: not installed; their published figures are on "
            "other cases",
        ],
    }, evaluation


def plot(path: Path, evaluation: Evaluation, calibration: dict) -> None:
    """Share of patients found within the first k diseases; stated probability against the share right."""
    e = evaluation
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    ks = np.arange(1, 51)
    for label, which, ranks, style in (
        ("paper not in the knowledge base", ~e.cited, e.ranks, "-"),
        ("the same, disease known", ~e.cited & e.known, e.ranks, "-"),
        ("paper left out", e.scorable, e.forgetful_ranks, "-"),
        ("LEAKY: paper in the knowledge base", e.cited, e.ranks, ":"),
    ):
        share = [(ranks[which] <= k).mean() for k in ks]
        left.plot(ks, share, style, label=f"{label} (n = {which.sum():,})")
    left.set(xlabel="first k diseases", ylabel="share of patients whose disease is among them", ylim=(0, 1))
    left.set(title="Orphan conditions: published patients", xlim=(1, 50))
    left.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2)
    left.grid(alpha=0.3)
    bins = calibration["ece_bins"]
    right.plot([0, 1], [0, 1], "--", color="grey", label="perfect")
    sizes = [10 + 200 * b["n"] / calibration["n"] for b in bins]
    right.scatter(
        [b["confidence"] for b in bins], [b["right"] for b in bins], sizes, label="held-out cohorts"
    )
    right.set(xlabel="stated probability of the first disease", ylabel="share that was right")
    right.set(title=f"Calibration, paper left out: error {calibration['ece_held_out']:.3f}")
    right.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2)
    right.grid(alpha=0.3)
    figure.savefig(path, dpi=120)
    plt.close(figure)
