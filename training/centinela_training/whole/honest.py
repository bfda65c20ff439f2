"""Patients scored without what the sources know of their very case: papers read, profiles simulated from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..broad.part import BroadPart
from ..orphan.part import OrphanPart
from ..orphan.patients import Case, rows_by_code
from ..orphan.ratios import FLOOR
from ..simulate import State


class HonestPart:
    """The served orphan part, where the patient's own disease knows what it knew without any published patient.

    For patients whose paper no annotation of their disease cites. ``bare``: the part without published patients, whose
    rows are the first of ``served``'s; ``own`` [cases]: row of each case's disease in ``served``; ``State.row`` is the
    index of the case.
    """

    def __init__(self, served: OrphanPart, bare: OrphanPart, own: np.ndarray) -> None:
        self.served, self.bare, self.own = served, bare, own

    def query(self, state: State) -> list[int]:
        return self.served.query(state)

    def lr(self, states: Sequence[State]) -> np.ndarray:
        scores = self.served.lr(states)
        known, lone = self._own(states)
        scores[known] = self.bare.lr(states)[known]
        # A disease that published patients alone tell of would be unknown: none of the findings speaks for it.
        scored = np.array([len(self.query(s)) for s in states])
        scores[lone] = np.log(FLOOR) * scored[lone[0]]
        return scores

    def logits(self, states: Sequence[State], lr: np.ndarray) -> np.ndarray:
        cosines = self.served.cosines(states)
        known, lone = self._own(states)
        cosines[known] = self.bare.cosines(states)[known]
        cosines[lone] = 0
        return self.served.logits(states, lr, cosines)

    def _own(
        self, states: Sequence[State]
    ) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
        """(patients, their rows) of diseases that the annotations hold, and of those that patients alone tell of."""
        rows = self.own[[s.row for s in states]]
        known, lone = np.flatnonzero((rows >= 0) & (rows < self.bare.n)), np.flatnonzero(rows >= self.bare.n)
        return (known, rows[known]), (lone, rows[lone])


def own_rows(served: OrphanPart, cases: Sequence[Case]) -> np.ndarray:
    """Row of each case's disease in the served part, [cases]; -1 where none stands for it."""
    row_of = rows_by_code(served.knowledge.diseases)
    return np.array([row_of.get(c.disease, -1) for c in cases])


class WithholdingPart:
    """The broad part without the clinical profile of each patient's own condition; ``State.row``: its candidate."""

    def __init__(self, broad: BroadPart) -> None:
        self.broad, self.rows = broad, broad.rows
        self._last: tuple[Sequence[State], list[int]] = ([], [])

    def logits(self, states: Sequence[State]) -> np.ndarray:
        return self.broad.logits(states, self._own(states))

    def summary(self, states: Sequence[State]) -> np.ndarray:
        return self.broad.summary(states, self._own(states))

    def _own(self, states: Sequence[State]) -> list[int]:
        # The broad part keeps its last answer for as long as it is asked with the same lists.
        if self._last[0] is not states:
            self._last = (states, [s.row for s in states])
        return self._last[1]
