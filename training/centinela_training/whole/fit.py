"""Fits what joins the parts: the gate, then on held-out patients the prediction sets and the support curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .gate import PRIOR, Gate, fit_gate
from .patients import Patients, matching_weights
from .predictor import Predictor, Whole, joined, taken
from .sets import fit_sets
from .support import Support, fit_enough, fit_unlike


@dataclass(frozen=True)
class Served:
    """The predictor as served, and the same without what the sources know of a patient's very case.

    Scored with annotations made from his own paper, a published patient would teach the gate that orphan patients are
    easy to tell: ``honest`` scores those. ``withholding`` scores simulated patients of the broad layer whose condition
    is to be known by its literature alone, as many are. ``predictor`` scores all others.
    """

    predictor: Predictor
    honest: Predictor
    withholding: Predictor

    def features(self, patients: Patients) -> np.ndarray:
        """What the gate reads, [n, features]."""
        parts, order = self._split(patients)
        return np.concatenate([scorer.features(p.states) for scorer, p in parts])[order]

    def gate(self, patients: Patients) -> np.ndarray:
        """P(common), P(broad), P(orphan), [n, 3]."""
        return self.predictor.gate.predict(self.features(patients))

    def predict(self, patients: Patients, masks: Mapping[str, np.ndarray] | None = None) -> Whole:
        parts, order = self._split(patients)
        return taken(joined([scorer.predict(p.states, p.truth, masks) for scorer, p in parts]), order)

    def _split(self, patients: Patients) -> tuple[list[tuple[Predictor, Patients]], np.ndarray]:
        """Who scores whom, and the place of each patient in the results put one behind the other."""
        special = (patients.published, patients.withheld)
        groups = [np.flatnonzero(which) for which in (~(special[0] | special[1]), *special)]
        scorers = (self.predictor, self.honest, self.withholding)
        parts = [(s, patients.where(g)) for s, g in zip(scorers, groups, strict=True) if len(g)]
        return parts, np.argsort(np.concatenate(groups), kind="stable")

    def updated(self, **changes: object) -> Served:
        return Served(*(p.updated(**changes) for p in (self.predictor, self.honest, self.withholding)))


def prior_weights(patients: Patients) -> np.ndarray:
    """Weights, [n], that give the kinds their prior shares in every band of the number of findings."""
    return matching_weights(patients) * np.array(PRIOR)[patients.kind] * len(PRIOR)


def learn_gate(served: Served, patients: Patients) -> Served:
    x = served.features(patients)
    model = fit_gate(x, patients.kind, matching_weights(patients))
    return served.updated(gate=Gate(model.SerializeToString(deterministic=True)))


def calibrate(served: Served, held: Patients, severity: np.ndarray) -> Served:
    """Sets and support curves from held-out patients of all kinds; the curves give each number of findings its share.

    ``severity`` [classes]: DDXPlus severity of the trained classes, any other number for "no relevant disease".
    """
    whole, weight = served.predict(held), matching_weights(held)
    known = held.truth >= 0
    column = served.predictor.sets.column
    sets = fit_sets(whole.true_p[known], held.truth[known], whole.findings[known], column, severity)
    hit = (whole.true_rank > 0) & (whole.true_rank <= 3)
    top3 = whole.top_p[:, :3].sum(1)
    support = Support(
        fit_unlike(whole.fit, whole.scored, weight),
        fit_enough(top3, hit, whole.findings, prior_weights(held)),
    )
    return served.updated(sets=sets, support=support)
