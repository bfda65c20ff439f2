"""Simulated patients of the broad layer ("pacientes simulados"), drawn from the profiles of its candidates.

Findings are drawn by P, some are lost, some told in a broader word; one or two are wrong, one or two come from the
literature; denied ones come from conditions that look alike. All of it is made up from the sources: it teaches how
much each feature is worth, and proves nothing about patients.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..simulate import UNTOLD_SEX, State
from ..vocabulary import BACKGROUND_KINDS, PHENOTYPE_ROOT, Vocabulary
from .candidate import Candidate
from .people import People
from .profiles import AGES, Direct

LOST = 0.2  # share of the present findings that nobody tells
BROADER = 0.15  # share that is told in a broader word
MOST = 12  # findings told at most
WRONG = (0.45, 0.35, 0.2)  # of 0, 1, 2 findings that belong to something else
MENTIONED = (0.4, 0.4, 0.2)  # of 0, 1, 2 findings from the literature profile
DENYING = 0.6  # share of patients of whom something is denied
MOST_DENIED = 4
TOLD_CHIEF = 0.8
BACKGROUND_HISTORY = 0.3  # share with a history that has nothing to do with it
LOOK_ALIKES = 10
# Years, lowest and highest of the groups of ``profiles.AGES``.
YEARS = ((0.0, 0.1), (0.1, 2.0), (2.0, 12.0), (12.0, 18.0), (18.0, 65.0), (65.0, 90.0))
ANY_AGE = (0.02, 0.04, 0.12, 0.08, 0.5, 0.24)


class Patients:
    """Draws patients of the candidates that have a clinical profile."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        direct: Sequence[Direct],
        vocabulary: Vocabulary,
        people: People,
    ) -> None:
        self.candidates, self.direct, self.vocabulary, self.people = candidates, direct, vocabulary, people
        self.drawable = [i for i, d in enumerate(direct) if d.findings]
        root = vocabulary.index[PHENOTYPE_ROOT]
        self._broader = [[p for p in parents if p != root] for parents in vocabulary.up]
        self._context = [t["kind"] in BACKGROUND_KINDS for t in vocabulary.terms]
        self._wrong = self._frequencies([d.findings for d in direct])
        self._history = self._frequencies([d.context for d in direct])
        self._look_alikes = self._similar()

    def _frequencies(self, profiles: Sequence[dict[int, float]]) -> tuple[np.ndarray, np.ndarray]:
        """Terms and how often they are named over all conditions."""
        total: dict[int, float] = {}
        for profile in profiles:
            for term, p in profile.items():
                total[term] = total.get(term, 0) + p
        terms = sorted(total)
        weight = np.array([total[t] for t in terms])
        return np.array(terms), weight / weight.sum()

    def _similar(self) -> np.ndarray:
        """The candidates with the likest profiles (cosine over closed findings), [candidates, LOOK_ALIKES]."""
        x = np.zeros((len(self.direct), len(self.vocabulary.ids)), dtype=np.float32)
        for row, d in enumerate(self.direct):
            for term, p in d.findings.items():
                for above in self.vocabulary.closures[term]:
                    x[row, above] = max(x[row, above], p)
        x *= -np.log(np.maximum(x.mean(axis=0), 1e-4))
        x /= np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)
        likeness = x @ x.T
        np.fill_diagonal(likeness, -1)
        return np.argsort(-likeness, axis=1, kind="stable")[:, :LOOK_ALIKES]

    def draw(self, n: int, rng: np.random.Generator) -> list[State]:
        """``n`` patients; ``State.row`` is the index of the true candidate, ``condition`` its code."""
        return [self.patient(self.drawable[rng.integers(len(self.drawable))], rng) for _ in range(n)]

    def patient(self, row: int, rng: np.random.Generator) -> State:
        """A patient of one candidate."""
        d = self.direct[row]
        own = self._own(d, rng)
        present = [self._told(t, rng) for t in own]
        mentioned = self._from_literature(d, rng)
        n_wrong = int(rng.choice(len(WRONG), p=WRONG))
        wrong = rng.choice(self._wrong[0], size=n_wrong, p=self._wrong[1], replace=False).tolist()
        present = list(dict.fromkeys([*present, *mentioned, *wrong]))
        rng.shuffle(present)
        chief = self._told_chief(d, own, present, rng)
        history = self._told_history(d, rng)
        present = list(dict.fromkeys([*present, *history]))
        absent = self._denied(row, present, rng)
        sex, age = self._person(row, rng)
        past = tuple(t for t in history if self._context[t] or rng.random() < 0.7)
        return State(present, absent, age, sex, self.candidates[row].code, row, chief, past)

    def _own(self, d: Direct, rng: np.random.Generator) -> list[int]:
        terms = sorted(d.findings)
        p = np.array([d.findings[t] for t in terms])
        has = [t for t, u in zip(terms, rng.random(len(terms)), strict=True) if u < d.findings[t]]
        kept = [t for t in has if rng.random() >= LOST]
        if not kept:
            kept = [terms[int(rng.choice(len(terms), p=p / p.sum()))]]
        rng.shuffle(kept)
        return kept[:MOST]

    def _told(self, term: int, rng: np.random.Generator) -> int:
        above = self._broader[term]
        return above[rng.integers(len(above))] if above and rng.random() < BROADER else term

    def _from_literature(self, d: Direct, rng: np.random.Generator) -> list[int]:
        n = min(int(rng.choice(len(MENTIONED), p=MENTIONED)), len(d.literature))
        terms = sorted(d.literature)
        weight = np.log1p(np.array([d.literature[t] for t in terms]))
        return rng.choice(terms, size=n, p=weight / weight.sum(), replace=False).tolist() if n else []

    def _told_chief(self, d: Direct, own: list[int], present: list[int], rng: np.random.Generator) -> int:
        """The complaint: one of the condition's own findings, the more typical the likelier; -1 untold."""
        if rng.random() >= TOLD_CHIEF:
            return -1
        choices = [t for t in own if t in present and not self._context[t]]
        if not choices:
            return -1
        p = np.array([d.findings[t] for t in choices])
        return choices[int(rng.choice(len(choices), p=p / p.sum()))]

    def _told_history(self, d: Direct, rng: np.random.Generator) -> list[int]:
        told = [t for t in sorted(d.context) if rng.random() < d.context[t]]
        if rng.random() < BACKGROUND_HISTORY:
            told.append(int(rng.choice(self._history[0], p=self._history[1])))
        return told

    def _denied(self, row: int, present: list[int], rng: np.random.Generator) -> list[int]:
        """What the look-alikes would show and this patient does not."""
        if rng.random() >= DENYING:
            return []
        other = self.direct[self._look_alikes[row][rng.integers(LOOK_ALIKES)]].findings
        implied = {a for t in present for a in self.vocabulary.closures[t]}
        own = self.direct[row].findings
        # A finding of the condition itself is denied as often as the condition lacks it.
        choices = [t for t in sorted(other) if t not in implied and rng.random() >= own.get(t, 0.0)]
        rng.shuffle(choices)
        return choices[: int(rng.integers(1, MOST_DENIED + 1))]

    def _person(self, row: int, rng: np.random.Generator) -> tuple[str, float]:
        """Sex and age, drawn until somebody comes who can have the condition."""
        while True:
            sex, age = self._anybody(self.direct[row], rng)
            if self.people.possible(sex, age)[row]:
                return sex, age

    def _anybody(self, d: Direct, rng: np.random.Generator) -> tuple[str, float]:
        sex = "FM"[rng.integers(2)]
        if d.sex and rng.random() < (1.0 if d.sex[1] == 1 else 0.5):
            sex = d.sex[0]
        if rng.random() < UNTOLD_SEX:
            sex = "O"
        told = d.ages and rng.random() < 0.8
        group = d.ages[rng.integers(len(d.ages))] if told else rng.choice(len(AGES), p=ANY_AGE)
        low, high = YEARS[int(group)]
        age = rng.uniform(low, high)
        return sex, round(age, 2) if age < 2 else float(int(age))
