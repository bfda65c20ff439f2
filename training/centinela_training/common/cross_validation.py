"""Five-fold stratified cross-validation of the common part: ``python -m centinela_training.common.cross_validation``.

Folds are made of source rows, stratified by condition; the balanced test rows stay out. In each fold everything is
fitted anew from the rows of the other four, and scored on states of its own rows. The published table of evidence
probabilities was counted by its authors over all training rows: the folds share it.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np

from .. import metrics
from ..ddxplus import Ddxplus, Row
from ..experiment import experiment_parser
from ..vocabulary import Vocabulary
from .bands import by_band, informative
from .ensemble import Common
from .figures import calibrated

FOLDS = 5
KINDS = {"initial": "initial complaint only", "0.3": "30 % of the positive findings", "0.5": "50 %"}
# Scored rows of a condition in a fold: the pool is very uneven, and macro figures need no more.
MAX_ROWS = 30
DRAWS = 2
FIGURES = ("top1", "top3", "top5", "macro_f1", "ece", "urgent_recall", "urgent_specificity")


def split(ddxplus: Ddxplus, seed: int) -> list[list[tuple[str, int]]]:
    """``FOLDS`` lists of (condition, place in its pool); every condition is spread evenly over them."""
    rng = np.random.default_rng(seed)
    folds: list[list[tuple[str, int]]] = [[] for _ in range(FOLDS)]
    for shift, condition in enumerate(ddxplus.conditions):
        for at, i in enumerate(rng.permutation(len(ddxplus.pool[condition]))):
            folds[(at + shift) % FOLDS].append((condition, int(i)))
    return folds


def without(ddxplus: Ddxplus, fold: list[tuple[str, int]]) -> Ddxplus:
    """``ddxplus`` as if the rows of ``fold`` were its test rows, at most ``MAX_ROWS`` of a condition scored."""
    held = set(fold)
    rest = copy.copy(ddxplus)
    rest.pool = {
        c: [row for i, row in enumerate(ddxplus.pool[c]) if (c, i) not in held] for c in ddxplus.conditions
    }
    known = {id(row) for rows in rest.pool.values() for row in rows}
    rest.relabelled = [row for row in ddxplus.relabelled if id(row) in known]
    tested: dict[str, list[Row]] = {c: [] for c in ddxplus.conditions}
    for c, i in fold:
        if len(tested[c]) < MAX_ROWS:
            tested[c].append(ddxplus.pool[c][i])
    rest.test = [row for rows in tested.values() for row in rows]
    return rest


def score(ddxplus: Ddxplus, vocabulary: Vocabulary, seed: int, scale: float) -> dict:
    """Figures on the test rows of ``ddxplus`` of a common part fitted without them, by kind of state."""
    common = Common(ddxplus, vocabulary, seed, scale, log=lambda _: None)
    ensemble, thresholds = calibrated(common)
    result = {}
    for noise in (False, True):
        for kind, name in KINDS.items():
            states = [s for _ in range(DRAWS) for s in common.held_out(ddxplus.test, (kind,), noise)]
            x, y = common.encode(states), common.targets(states)
            rows, findings = np.array([s.row for s in states]), informative(states, vocabulary)
            p = ensemble.predict(x, findings)
            flags = p[:, common.urgent].sum(1) >= by_band(thresholds, "threshold", findings)
            figures = metrics.report(p, y, rows) | metrics.urgency(flags, common.urgent[y], rows)
            result[f"{name}, noisy" if noise else name] = {k: figures[k] for k in ("n", *FIGURES)}
    return result


def summary(folds: list[dict]) -> dict:
    """Mean and standard deviation over the folds of each figure, by kind of state."""
    return {
        kind: {
            figure: {
                "mean": round(float(np.mean([f[kind][figure] for f in folds])), 4),
                "sd": round(float(np.std([f[kind][figure] for f in folds], ddof=1)), 4),
            }
            for figure in FIGURES
        }
        for kind in folds[0]
    }


def plot(path: Path, folds: list[dict]) -> None:
    """PNG: each figure of each fold, by kind of state."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 3, figsize=(13, 4.6))
    shown = (("top1", "top-1 accuracy"), ("macro_f1", "macro-F1"), ("urgent_recall", "urgent recall"))
    kinds = list(folds[0])
    for axes, (key, title) in zip(panels, shown, strict=True):
        for at, kind in enumerate(kinds):
            values = [f[kind][key] for f in folds]
            axes.scatter([at] * len(values), values, alpha=0.6, color=f"C{at % 3}")
            axes.hlines(np.mean(values), at - 0.3, at + 0.3, color="0.2")
        axes.set_title(title)
        axes.set_xticks(range(len(kinds)), kinds, rotation=30, ha="right", fontsize=8)
        axes.grid(axis="y", color="0.9")
    figure.suptitle(
        f"{FOLDS}-fold cross-validation of the common part (simulated patients, DDXPlus); bar: mean"
    )
    figure.tight_layout()
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)


def cross_validate(data: Path, reports: Path, scale: float, seed: int) -> dict:
    """Writes ``cross_validation.json`` and ``.png`` into ``reports``; returns the figures."""
    vocabulary, ddxplus = Vocabulary(data), Ddxplus(data)
    folds = []
    for number, fold in enumerate(split(ddxplus, seed)):
        folds.append(score(without(ddxplus, fold), vocabulary, seed + number, scale))
        print(f"fold {number + 1}: {folds[-1][KINDS['0.3']]}", flush=True)
    result = {
        "data": "DDXPlus train rows (simulated patients) with a given label or one recovered with a margin",
        "folds": f"{FOLDS}, by source row, stratified by condition; at most {MAX_ROWS} rows of a condition scored",
        "shared": "the published table of evidence probabilities was counted over all training rows",
        "urgency": "P(urgent) of the common part alone against its thresholds; no gate, no rules",
        "simulated_states_share": scale,
        "summary": summary(folds),
        "by_fold": folds,
    }
    (reports / "cross_validation.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    plot(reports / "cross_validation.png", folds)
    return result


def main() -> None:
    parser = experiment_parser(__doc__)
    parser.add_argument(
        "--scale", type=float, default=0.15, help="share of the full number of simulated patients"
    )
    parser.add_argument("--seed", type=int, default=20261121)
    options = parser.parse_args()
    cross_validate(options.data, options.output_dir, options.scale, options.seed)


if __name__ == "__main__":
    main()
