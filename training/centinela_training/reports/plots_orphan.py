"""Pictures of the orphan part: published patients."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .plots import COLOURS, MARKS, PUBLISHED, plt, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .orphan import Split

FAR = 1_000


def words(name: str) -> str:
    """``paper_left_out`` as a reader would write it."""
    return name.replace("_", " ")


def orphan_plot(path: Path, figures: Sequence[dict], splits: Sequence[Split], calibration: dict) -> None:
    """Top-1/3/10 by split with intervals, how far down the true disease is, and the reliability of its probability."""
    pairs = [(f, s) for f, s in zip(figures, splits, strict=True) if s.ranks is not None]
    figure, grid = plt.subplots(
        2,
        2,
        figsize=(12, 5 + 0.75 * len(pairs)),
        layout="constrained",
        height_ratios=(0.75 * len(pairs), 4.6),
    )
    top_bars(grid[0, 0], [f for f, _ in pairs], "micro")
    top_bars(grid[0, 1], [f for f, _ in pairs], "macro")
    grid[0, 1].set_yticklabels([])
    rank_curves(grid[1, 0], [s for _, s in pairs])
    reliability(grid[1, 1], calibration)
    handles, labels = grid[1, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=8.5, title="rank curves")
    figure.suptitle(f"Orphan conditions: {PUBLISHED}; 95 % intervals by cohort, leaky split last")
    save(figure, path)


def top_bars(axes: Axes, figures: Sequence[dict], mean: str) -> None:
    """One group of three bars for each split, the most trusted on top."""
    at = np.arange(len(figures))[::-1].astype(float)
    for i, k in enumerate((1, 3, 10)):
        value, low, high = np.array([f[f"top_{k}"][mean] for f in figures], float).T
        error = np.abs([value - low, high - value])
        axes.barh(
            at + 0.26 * (1 - i), value, 0.25, xerr=error, color=COLOURS[i], label=f"top-{k}", ecolor="0.25",
            error_kw={"linewidth": 1},
        )  # fmt: skip
    labels = [f"{words(f['name'])}\n{f['n']:,} patients, {f['diseases']} diseases" for f in figures]
    axes.set_yticks(at, labels, fontsize=8.5)
    what = "each patient counts alike" if mean == "micro" else "each disease counts alike"
    axes.set(xlim=(0, 1), title=f"{mean}: {what}", xlabel="share found")
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
    if mean == "macro":
        axes.legend(fontsize=9, loc="upper right")


def rank_curves(axes: Axes, splits: Sequence[Split]) -> None:
    """Share of patients whose disease is among the first k."""
    ks = np.unique(np.geomspace(1, FAR, 60).astype(int))
    for i, split in enumerate(splits):
        ranks = split.ranks[split.which]
        share = [(ranks <= k).mean() for k in ks]
        line = ":" if split.leaky else "--" if i >= len(COLOURS) else "-"
        style = {"linestyle": line, "color": "0.45" if split.leaky else COLOURS[i % len(COLOURS)]}
        axes.plot(ks, share, label=words(split.name), marker=MARKS[i % len(MARKS)], markevery=12, **style)
    axes.set(xscale="log", xlim=(1, FAR), ylim=(0, 1), xlabel="rank k (log scale)")
    axes.set(ylabel="share of patients with rank k or better", title="How far down the true disease is")
    axes.set_xticks([1, 3, 10, 30, 100, 300, 1000], [1, 3, 10, 30, 100, 300, 1000])
    axes.tick_params(axis="x", which="minor", bottom=False)
    axes.grid(color="0.9")


def reliability(axes: Axes, calibration: dict) -> None:
    """Stated probability of the first disease against the share right; the area of a point is its patients."""
    bins = calibration["ece_bins"]
    total = sum(b["n"] for b in bins)
    axes.plot([0, 1], [0, 1], "--", color="0.6", label="perfect calibration")
    axes.scatter(
        [b["confidence"] for b in bins],
        [b["right"] for b in bins],
        [12 + 400 * b["n"] / total for b in bins],
        color=COLOURS[0],
        label=f"orphan part: ECE {calibration['ece_held_out']:.3f}, n {total:,}",
    )
    axes.set(xlim=(0, 1), ylim=(0, 1), title="Calibration on held-out cohorts")
    axes.set_axisbelow(True)
    axes.set(
        xlabel="stated probability of the first disease", ylabel="share of patients in which it is right"
    )
    axes.grid(color="0.9")
    axes.legend(fontsize=8.5, loc="upper left")


def disease_plot(path: Path, rows: Sequence[dict], splits: Sequence[str]) -> None:
    """Each disease of the most trusted split: top-10 against its annotations, and how many diseases do how well."""
    name = splits[0]
    shown = [r for r in rows if r[f"{name}_n"]]
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.8), layout="constrained")
    for i, (has, label) in enumerate(
        ((True, "published patients in the profile"), (False, "annotations only"))
    ):
        some = [r for r in shown if r["patients_in_profile"] == has]
        if some:
            left.scatter(
                [r["annotations"] + 1 for r in some],
                [r[f"{name}_top_10"] for r in some],
                [8 + 3 * r[f"{name}_n"] for r in some],
                color=COLOURS[i], marker=MARKS[i], alpha=0.55, linewidths=0, label=f"{label} ({len(some)})",
            )  # fmt: skip
    left.set(
        xscale="log",
        xlabel="annotations of the disease + 1 (log scale)",
        ylabel="top-10 share of its patients",
    )
    left.set(title="Each disease; larger: more patients", ylim=(-0.04, 1.04))
    legend = left.legend(fontsize=8.5, loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2)
    for handle in legend.legend_handles:
        handle.set_sizes([40])
    left.grid(color="0.9")
    shares = [[r[f"{name}_top_{k}"] for r in shown] for k in (1, 3, 10)]
    right.hist(shares, np.linspace(0, 1, 6), label=["top-1", "top-3", "top-10"], color=COLOURS[:3])
    right.set(
        xlabel="share of its patients found", ylabel="diseases", title="How many diseases are found how often"
    )
    right.legend(fontsize=8.5, loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=3)
    right.grid(axis="y", color="0.9")
    for axes in (left, right):
        axes.set_axisbelow(True)
    figure.suptitle(f"{PUBLISHED}: {words(name)}, {len(shown)} diseases")
    save(figure, path)
