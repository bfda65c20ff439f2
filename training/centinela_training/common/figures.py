"""Figures of the common part on held-out rows: robustness, and enough states a class for per-class statements."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .. import metrics
from ..ddxplus import Row
from ..simulate import Simulator, State
from .bands import by_band, informative, urgent_thresholds
from .ensemble import Common, Ensemble, serialized

PER_CLASS = 200
DRAWS = 4
AMOUNTS = {"0.3": "30 % of the positive findings", "3": "3 findings"}
TROUBLES = ("none", "one_wrong", "one_missing", "one_denied")


def states_per_class(common: Common, kind: str, n: int = PER_CLASS, noise: bool = False) -> list[State]:
    """``n`` states of every condition, drawn from its test rows in turn; ``State.row`` names the row.

    The initial complaint is drawn anew, as DDXPlus draws it: any positive symptom of the row, none likelier.
    """
    simulator, states = common.simulator, []
    rows_of: dict[str, list[int]] = {c: [] for c in common.ddxplus.conditions}
    for i, row in enumerate(common.ddxplus.test):
        rows_of[row.condition].append(i)
    for rows in rows_of.values():
        for draw in range(n if rows else 0):
            i = rows[draw % len(rows)]
            row = common.ddxplus.test[i]
            states.append(
                simulator.state(replace(row, init=simulator.complaint(row.evidences)), kind, noise, i)
            )
    return states


def robustness(common: Common, ensemble: Ensemble, thresholds: list[dict]) -> dict:
    """What one wrong, one missing and one denied true finding cost: each member alone and the calibrated whole.

    Plain states of the test rows, the same draw under every trouble. Urgent recall: P(urgent) of the common part
    alone against ``thresholds``, without the rules.
    """
    result: dict = {}
    for kind, amount in AMOUNTS.items():
        drawn = [
            troubled(common.simulator, row, kind, i)
            for _ in range(DRAWS)
            for i, row in enumerate(common.ddxplus.test)
        ]
        for trouble in TROUBLES:
            states = [variants[trouble] for variants in drawn]
            x, y = common.encode(states), common.targets(states)
            rows = np.array([s.row for s in states])
            findings = informative(states, common.vocabulary)
            limits = by_band(thresholds, "threshold", findings)
            outputs = {name.removesuffix(".onnx"): p for name, p in ensemble.members(x).items()}
            outputs["stacked"] = ensemble.predict(x, findings)
            for name, p in outputs.items():
                flagged, truly = p[:, common.urgent].sum(1) >= limits, common.urgent[y]
                figures = metrics.report(p, y, rows)
                figures["urgent_recall"] = round(float(flagged[truly].mean()), 4)
                result.setdefault(amount, {}).setdefault(name, {})[trouble] = figures
    return result


def troubled(simulator: Simulator, row: Row, kind: str, index: int) -> dict[str, State]:
    """One plain state of a row, and the same with each trouble of ``TROUBLES``."""
    state = simulator.state(row, kind, noise=False, index=index)
    untold = [t for t in dict.fromkeys(simulator.names(row, plain=True).values()) if t not in state.present]
    # Where everything was told the finding denied is one of those told.
    denied = untold[0] if untold else state.present[-1]
    kept = [t for t in state.present if t != denied] or state.present
    return {
        "none": state,
        "one_wrong": replace(state, present=[*state.present, simulator.wrong(row)]),
        "one_missing": replace(state, present=state.present[:-1] or state.present),
        "one_denied": replace(state, present=kept, absent=[denied]),
    }


def calibrated(common: Common) -> tuple[Ensemble, list[dict]]:
    """The fitted and calibrated ensemble of ``common``, and the urgency thresholds of the common part alone."""
    models, _ = common.fit()
    ensemble = Ensemble(serialized(models))
    states = common.calibration_states()
    x, y = common.encode(states), common.targets(states)
    findings = informative(states, common.vocabulary)
    ensemble.calibrate(x, y, findings)
    mass = ensemble.predict(x, findings)[:, common.urgent].sum(1)
    return ensemble, urgent_thresholds(mass, common.urgent[y], findings)
