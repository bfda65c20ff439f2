"""The few-shot comparison as a picture."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot as plt

COLOURS = ("#9ecae1", "#4292c6", "#08519c")


def plot(path: Path, report: dict) -> None:
    """Top-10, macro, of novel and of base patients, by member and number of support patients; fine-tuning below."""
    figure, axes = plt.subplots(
        2, 2, figsize=(12.5, 10.5), sharey="row", layout="constrained", height_ratios=(2.6, 1)
    )
    tables = report["support_alone"]
    names = [m["member"] for m in tables[0]["members"]]
    groups = [(f"k = {t['support_patients']} support patients", t["members"]) for t in tables]
    methods = report["imbalance"]["methods"]
    for (above, below), of in zip(axes.T, ("novel", "base"), strict=True):
        _bars(above, groups, of)
        n = " / ".join(str(t[of]["patients"]) for t in tables)
        above.set_title(f"{of} diseases: {n} patients", fontsize=11)
        _bars(below, [("fine-tuning", methods)], of)
        n = report["imbalance"][of]["patients"]
        below.set_title(f"fine-tuned network alone, {of} diseases: {n} patients", fontsize=11)
        below.set_xlabel("in the top ten, % (macro; 95 % by cohort)")
    axes[0, 0].set_yticks(np.arange(len(names)), [f"{n} (kept)" if n == report["kept"] else n for n in names])
    axes[1, 0].set_yticks(np.arange(len(methods)), [m["method"] for m in methods])
    axes[0, 0].invert_yaxis()
    axes[1, 0].invert_yaxis()
    figure.legend(*axes[0, 1].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=10)
    figure.suptitle(
        "Few-shot members on published patients: novel diseases are known by their support patients alone,\n"
        "base diseases by their annotations alone",
        fontsize=12,
    )
    figure.savefig(path, dpi=120, metadata={"Software": None})
    plt.close(figure)


def _bars(axis: plt.Axes, groups: list[tuple[str, list[dict]]], of: str) -> None:
    height = 0.8 / len(groups)
    for i, (label, members) in enumerate(groups):
        value, low, high = (np.array([m[of]["top_10_macro"][j] for m in members]) * 100 for j in range(3))
        at = np.arange(len(members)) + (i - (len(groups) - 1) / 2) * height
        colour = COLOURS[-len(groups) :][i]
        axis.barh(at, value, height, color=colour, label=label)
        axis.errorbar(
            value, at, xerr=[value - low, high - value], fmt="none", ecolor="0.25", elinewidth=1, capsize=2
        )
    axis.grid(axis="x", alpha=0.3)
    axis.set_axisbelow(True)
    axis.set_xlim(0, None)
