"""How well the gate tells orphan patients from common ones: ROC, and alarms among common patients."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from ..simulate import cut
from .gate import KINDS
from .patients import Patients, together

RECALL = 0.95
RESAMPLES = 300
MOST = 600  # patients of a kind at each size
COMMON, BROAD, ORPHAN = range(3)
# Findings told: exactly so many, and at last so many or more.
SIZES = {"3 findings": (3, 3), "5 findings": (5, 5), "8 findings": (8, 8), "9 findings or more": (9, 1000)}
NAMES = {
    COMMON: "common patients: DDXPlus test rows (simulated)",
    BROAD: "broad layer's patients (simulated)",
}


def patients_of_size(held: Patients, low: int, high: int, rng: np.random.Generator) -> Patients:
    """At most :data:`MOST` patients of each kind who have ``low`` findings, cut to at most ``high``."""
    groups = []
    enough = np.array([len(s.present) >= low for s in held.states])
    for kind in range(len(KINDS)):
        of = np.flatnonzero(enough & (held.kind == kind))
        chosen = held.where(np.sort(rng.permutation(of)[:MOST]))
        groups.append(replace(chosen, states=[cut(s, high, rng) for s in chosen.states]))
    return together(groups)


def roc_auc(p: np.ndarray, orphan: np.ndarray, weight: np.ndarray) -> float:
    """Chance that an orphan patient gets more than another one, a tie counting half; weighted, [n] each."""
    values, at = np.unique(p, return_inverse=True)
    own = np.bincount(at, weight * orphan, len(values))
    other = np.bincount(at, weight * ~orphan, len(values))
    below = np.cumsum(other) - other / 2
    return float(own @ below / (own.sum() * other.sum()))


def alarmed(p: np.ndarray, orphan: np.ndarray, weight: np.ndarray) -> float:
    """Share of the others that reach the probability which :data:`RECALL` of the orphan patients reach."""
    order = np.argsort(-p[orphan], kind="stable")
    reached = np.cumsum(weight[orphan][order])
    limit = p[orphan][order][np.searchsorted(reached, RECALL * reached[-1])]
    return float(np.average(p[~orphan] >= limit, weights=weight[~orphan]))


def drawn_weights(group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How often each patient is drawn where all of one source (test row, disease, cohort) are drawn together, [n].

    ``group`` [n]: the source's number, from 0.
    """
    n = int(group.max()) + 1
    return np.bincount(rng.integers(n, size=n), minlength=n)[group].astype(float)


def compare(p: np.ndarray, patients: Patients, other: int, rng: np.random.Generator) -> dict:
    """Area and alarms, ``[value, low, high]``, of orphan patients against one other kind; ``p`` [n] is P(orphan)."""
    which = (patients.kind == ORPHAN) | (patients.kind == other)
    p, orphan = p[which], patients.kind[which] == ORPHAN
    source = patients.source[which].astype(str)
    sides = [(side, np.unique(source[side], return_inverse=True)[1]) for side in (orphan, ~orphan)]
    draws = []
    for _ in range(RESAMPLES):
        weight = np.empty(len(p))
        for side, group in sides:
            weight[side] = drawn_weights(group, rng)
        draws.append((roc_auc(p, orphan, weight), alarmed(p, orphan, weight)))
    low, high = np.quantile(draws, (0.025, 0.975), axis=0)
    flat = np.ones(len(p))
    values = roc_auc(p, orphan, flat), alarmed(p, orphan, flat)
    auc, share = ([round(float(x), 4) for x in row] for row in zip(values, low, high, strict=True))
    return {"n": int((~orphan).sum()), "roc_auc": auc, "alarmed_at_95_recall": share}


def gate_report(gate: dict[str, tuple[Patients, np.ndarray]], levels: dict[str, float], png: Path) -> dict:
    """``gate``: size -> patients of :func:`patients_of_size` and their gate [n, 3]; ``levels``: of orphan suspicion.

    The published patients' cohorts must not have been in the fit of this gate.
    """
    rng = np.random.default_rng(0)
    report: dict = {
        "what": "P(orphan) of the gate; orphan: published patients, own paper unknown, cohorts not in its fit",
        "common": "simulated patients, whose words and findings are the simulator's: optimistic",
        "intervals": f"95 %, {RESAMPLES} bootstrap resamples by test row, disease and cohort",
        "sizes": {},
    }
    for size, (patients, p) in gate.items():
        orphan = p[patients.kind == ORPHAN, ORPHAN]
        entry: dict = {"orphan": {"n": len(orphan), **reaching(orphan, levels)}}
        for kind in (COMMON, BROAD):
            own = p[patients.kind == kind, ORPHAN]
            if len(own):
                figures = compare(p[:, ORPHAN], patients, kind, rng)
                entry[KINDS[kind]] = figures | reaching(own, levels)
        report["sizes"][size] = entry
    plot(png, gate)
    return report


def reaching(p: np.ndarray, levels: dict[str, float]) -> dict:
    return {f"suspicion_{name}": round(float((p >= level).mean()), 4) for name, level in levels.items()}


def plot(path: Path, gate: dict[str, tuple[Patients, np.ndarray]]) -> None:
    """PNG: ROC curves of orphan patients against each other kind, by number of findings."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from sklearn.metrics import roc_curve

    figure, axes = plt.subplots(1, 2, figsize=(11, 5.2), sharey=True)
    for panel, (kind, name) in zip(axes, NAMES.items(), strict=True):
        for size, (patients, p) in gate.items():
            which = (patients.kind == ORPHAN) | (patients.kind == kind)
            orphan = patients.kind[which] == ORPHAN
            if orphan.all():
                continue
            false, true, _ = roc_curve(orphan, p[which, ORPHAN])
            auc = roc_auc(p[which, ORPHAN], orphan, np.ones(len(orphan)))
            # Most curves hug the axis: a floor keeps them on the logarithmic scale.
            panel.plot(np.maximum(false, 1e-4), true, label=f"{size} (AUC {auc:.3f}, n {(~orphan).sum():,})")
        panel.axhline(RECALL, color="0.6", linestyle=":", label="95 % of the orphan patients")
        panel.set(xscale="log", xlim=(1e-4, 1), ylim=(0, 1.01), title=name, xlabel="share of them alarmed")
        panel.grid(color="0.9")
        panel.legend(loc="lower right", fontsize=8)
    axes[0].set_ylabel("share of orphan patients recognised")
    figure.suptitle("The gate: published orphan patients, cohorts held out, own paper unknown")
    figure.tight_layout()
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)
