"""Patients of the three kinds in one vocabulary, matched in number of findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..simulate import State, cut
from ..vocabulary import Vocabulary

# Few findings are the rule at a desk, and where the gate must not be rash.
SIZES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15)
SIZE_BANDS = (1, 2, 3, 4, 5, 6, 8, 10)
REWORDED = 0.15  # share of a common patient's findings told by a neighbouring HPO term
WITH_HISTORY = 0.4  # share of common patients who are given one to three findings of the past
MOST_WEIGHT = 10.0


@dataclass(frozen=True)
class Patients:
    """States of one or more kinds: ``kind`` [n] index into ``gate.KINDS``, ``truth`` [n] row (-1: none stands for it).

    ``source`` [n]: what intervals are clustered by (test row, disease, cohort). ``published`` [n]: real patients;
    ``withheld`` [n]: simulated ones whose condition's clinical profile the broad layer is not to see.
    """

    states: list[State]
    kind: np.ndarray
    truth: np.ndarray
    source: np.ndarray
    published: np.ndarray
    withheld: np.ndarray

    def __len__(self) -> int:
        return len(self.states)

    def where(self, which: np.ndarray) -> Patients:
        chosen = np.flatnonzero(which) if which.dtype == bool else which
        return Patients([self.states[i] for i in chosen], *(getattr(self, name)[chosen] for name in ARRAYS))


ARRAYS = ("kind", "truth", "source", "published", "withheld")


def of_kind(
    kind: int,
    states: Sequence[State],
    truth: Sequence[int],
    source: Sequence[str],
    published: bool = False,
    withheld: bool = False,
) -> Patients:
    n = len(states)
    names = np.array(source, dtype=object)
    return Patients(
        list(states), np.full(n, kind), np.array(truth), names, np.full(n, published), np.full(n, withheld)
    )


def together(groups: Sequence[Patients]) -> Patients:
    return Patients(
        [s for g in groups for s in g.states],
        *(np.concatenate([getattr(g, name) for g in groups]) for name in ARRAYS),
    )


def cut_at_random(patients: Patients, rng: np.random.Generator) -> Patients:
    """Every state cut to a number of findings drawn alike for all kinds."""
    return replace(patients, states=[cut(s, int(rng.choice(SIZES)), rng) for s in patients.states])


def matching_weights(patients: Patients) -> np.ndarray:
    """Weights, [n], that give every kind the same share of every band of the number of findings."""
    band = np.searchsorted(SIZE_BANDS, [len(s.present) for s in patients.states], side="right")
    kinds = np.unique(patients.kind)
    weight = np.zeros(len(patients))
    for b in np.unique(band):
        for k in kinds:
            cell = (band == b) & (patients.kind == k)
            if cell.any():
                weight[cell] = (band == b).sum() / len(kinds) / cell.sum()
    return np.minimum(weight, MOST_WEIGHT)


class Rewording:
    """Tells some findings of a patient by a broader or narrower HPO term, as another hospital's coding would.

    Without it the gate would learn which wording the simulator has rather than what the patient has.
    """

    def __init__(self, vocabulary: Vocabulary, rng: np.random.Generator) -> None:
        self.up, self.rng = vocabulary.hpo_up, rng
        self.ids = vocabulary.ids
        self.down: list[list[int]] = [[] for _ in self.up]
        for term, parents in enumerate(self.up):
            for parent in parents:
                self.down[parent].append(term)

    def __call__(self, state: State) -> State:
        told = {t: self._other(t) if self.rng.random() < REWORDED else t for t in state.present}
        return replace(
            state,
            present=list(dict.fromkeys(told.values())),
            chief=told.get(state.chief, -1),
            history=tuple(told[t] for t in state.history),
        )

    def _other(self, term: int) -> int:
        if not self.ids[term].startswith("HP:"):
            return term
        choices = self.down[term] if self.rng.random() < 0.7 else self.up[term]
        return int(self.rng.choice(choices)) if choices else term


class Histories:
    """Adds what is known from the past to a patient of today, whatever he has today.

    Many a common patient has had cancer or has Parkinson's disease: to the likelihood ratios that looks like an orphan
    disease, and the gate must have seen it.
    """

    def __init__(self, vocabulary: Vocabulary, rng: np.random.Generator) -> None:
        self.rng = rng
        self.terms = np.array([i for i, t in enumerate(vocabulary.terms) if t["kind"] in ("history", "risk")])

    def __call__(self, state: State) -> State:
        if self.rng.random() >= WITH_HISTORY:
            return state
        past = self.rng.choice(self.terms, int(self.rng.integers(1, 4)), replace=False).tolist()
        new = [t for t in past if t not in state.present and t not in state.absent]
        return replace(state, present=[*state.present, *new], history=(*state.history, *new))
