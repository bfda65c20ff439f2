"""Draws what the next questions bring: ``python -m centinela_training.reports.questions REPORT.json``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from .plots import COLOURS, MARKS, save

STRATEGIES = {"ours": "next questions", "most_frequent": "most frequent finding first", "random": "at random"}


def panel(axes: Axes, strategies: dict, metric: str, title: str, ending: str = "") -> None:
    for series, (name, label) in enumerate(STRATEGIES.items()):
        curve = strategies[name + ending][metric]
        asked = range(len(curve))
        axes.plot(
            asked, [p["share"] for p in curve], color=COLOURS[series], marker=MARKS[series], ms=4, label=label
        )
        low, high = zip(*(p["ci95"] for p in curve), strict=True)
        axes.fill_between(asked, low, high, color=COLOURS[series], alpha=0.15, linewidth=0)
    axes.set_title(title, fontsize=10)
    axes.set_xlabel("questions asked")
    axes.grid(color="0.9")


def questions_plot(path: Path, report: dict) -> None:
    """Top-1, top-3 and urgent recall of simulated patients, top-10 of published ones, by questions asked.

    Of the published ones twice: any question, and those alone that their report answers.
    """
    simulated, published = report["simulated"], report["published"]
    figure, grid = plt.subplots(1, 5, figsize=(18, 4.4), layout="constrained")
    test_rows = f"{simulated['n']} simulated (DDXPlus test rows)"
    panel(grid[0], simulated["strategies"], "top_1", f"top-1, {test_rows}")
    panel(grid[1], simulated["strategies"], "top_3", f"top-3, {test_rows}")
    panel(
        grid[2],
        simulated["strategies"],
        "urgent_recall",
        f"urgent recall, {simulated['urgent']} urgent of them",
    )
    left_out = f"top-10, {published['n']} published,\nown paper left out"
    panel(grid[3], published["strategies"], "top_10", left_out)
    panel(grid[4], published["strategies"], "top_10", f"{left_out}, recorded answers only", "_known")
    grid[0].set_ylabel("share of patients")
    grid[0].legend(fontsize=9, loc="lower right")
    figure.suptitle(
        "Next questions against others among the same candidates; bands: 95 % bootstrap intervals"
    )
    save(figure, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    path = parser.parse_args().report
    questions_plot(path.with_suffix(".png"), json.loads(path.read_text("utf-8")))


if __name__ == "__main__":
    main()
