"""States of one kind and what the served model says of them: what every figure of the common part is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..common.bands import by_band, has_complaint, informative
from ..simulate import State
from ..vocabulary import Vocabulary
from .intervals import Clusters

if TYPE_CHECKING:
    from ..whole.predictor import Whole

AGE_GROUPS = {"0-14": 0, "15-29": 15, "30-44": 30, "45-59": 45, "60-74": 60, "75+": 75}
SEXES = {"F": "female", "M": "male"}


@dataclass(frozen=True)
class Scored:
    """n states, C classes (the 49 conditions, then "no relevant disease").

    ``y`` [n]: true class. ``p`` [n, C]: calibrated probabilities of the common part. ``urgent`` [n]: truly urgent.
    ``mass``, ``threshold`` [n]: joint probability of the urgent conditions, and from where a state is called urgent.
    ``covered`` [n]: whether the prediction set holds the true condition. ``set_size`` [n]: conditions in it.
    ``findings`` [n]: present findings that say something. ``complains`` [n]: a symptom or sign of today is among them.
    """

    states: list[State]
    y: np.ndarray
    p: np.ndarray
    urgent: np.ndarray
    mass: np.ndarray
    threshold: np.ndarray
    covered: np.ndarray
    set_size: np.ndarray
    findings: np.ndarray
    complains: np.ndarray

    @property
    def flagged(self) -> np.ndarray:
        """Which states are called urgent by the model, [n]; red-flag rules come on top and are not counted here."""
        return self.mass >= self.threshold

    @property
    def rows(self) -> np.ndarray:
        """Source row of each state, [n]; a simulated well person has none and is a row of its own (negative)."""
        rows = np.array([s.row for s in self.states])
        return np.where(rows >= 0, rows, -1 - np.arange(len(rows)))

    def clusters(self) -> Clusters:
        return Clusters(self.rows)

    def groups(self) -> dict[str, dict[str, np.ndarray]]:
        """``sex`` and ``age`` -> group -> which states, [n]. A sex that was not told is in neither group."""
        sex = np.array([s.sex for s in self.states])
        age = np.array([s.age for s in self.states])
        band = np.searchsorted(list(AGE_GROUPS.values()), age, side="right") - 1
        return {
            "sex": {name: sex == letter for letter, name in SEXES.items()},
            "age": {name: band == i for i, name in enumerate(AGE_GROUPS)},
        }


def scored(
    states: list[State],
    y: np.ndarray,
    whole: Whole,
    urgent: np.ndarray,
    thresholds: list[dict],
    vocabulary: Vocabulary,
) -> Scored:
    """States of true class ``y`` [n] as the whole predicts them, with the mass ``urgent`` of all urgent rows.

    ``urgent`` [C]: the urgent classes. ``thresholds``: as the manifest has them. Without a symptom or sign of today
    nobody is called urgent, as in ``core/triage.ts``.
    """
    findings, complains = informative(states, vocabulary), has_complaint(states, vocabulary)
    return Scored(
        states=states,
        y=y,
        p=whole.common,
        urgent=urgent[y],
        mass=np.where(complains, whole.mass["urgent"], 0),
        threshold=by_band(thresholds, "threshold", findings),
        covered=whole.in_set,
        set_size=whole.set_size,
        findings=findings,
        complains=complains,
    )
