"""Pictures of the reports. Colours are Okabe and Ito's, told apart by the colour-blind; each group has its own mark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKS = "osD^vPX"
SIMULATED = "simulated patients (DDXPlus), held-out rows"
PUBLISHED = "published patients (Phenopacket Store)"


def save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)


def points(
    axes: Axes, at: Sequence[float], figures: Sequence[tuple], series: int, label: str, across: bool = True
) -> None:
    """``(value, interval)`` pairs at positions ``at`` with their intervals; values across, or up."""
    value = np.array([v if v is not None else np.nan for v, _ in figures], float)
    low_high = np.array([i or (np.nan, np.nan) for _, i in figures], float).reshape(-1, 2).T
    error = np.abs(low_high - value)
    style = {
        "fmt": MARKS[series],
        "color": COLOURS[series],
        "markersize": 5,
        "linewidth": 1.2,
        "label": label,
    }
    if across:
        axes.errorbar(value, at, xerr=error, **style)
    else:
        axes.errorbar(at, value, yerr=error, **style)


def performance_plot(path: Path, report: dict, titles: dict[str, str]) -> None:
    """Each main figure by kind of states, plain and noisy."""
    metrics = {
        "top1": "accuracy (top-1)", "top3": "top-3", "macro_f1": "macro-F1", "roc_auc": "ROC-AUC, macro",
        "pr_auc": "PR-AUC, macro", "log_loss": "log loss (low is good)", "urgent_recall": "urgent recall",
        "urgent_specificity": "urgent specificity",
    }  # fmt: skip
    figure, grid = plt.subplots(2, 4, figsize=(12, 6), layout="constrained", sharex=True)
    at = np.arange(len(titles))
    for axes, (metric, name) in zip(grid.flat, metrics.items(), strict=True):
        for series, (key, label) in enumerate((("states", "plain"), ("noisy_states", "noisy"))):
            entries = [report[key][kind] for kind in titles]
            pairs = [(e[metric], e[f"{metric}_interval"]) for e in entries]
            points(axes, at + 0.2 * series - 0.1, pairs, series, label, across=False)
        axes.set_title(name, fontsize=11)
        axes.set_xticks(at, titles.values(), rotation=25, ha="right")
        axes.set_xlim(-0.5, len(titles) - 0.5)
        axes.grid(axis="y", color="0.9")
    grid[0, 0].legend(fontsize=9, loc="lower right")
    figure.suptitle(f"Common part: {SIMULATED}; 95 % intervals by source row")
    save(figure, path)


def classes_plot(path: Path, classes: dict[str, list[dict]], titles: dict[str, str]) -> None:
    """Recall of each condition, one column for each kind of states, in the order of recall at 30 %."""
    figure, columns = plt.subplots(1, len(titles), figsize=(12, 10.5), layout="constrained", sharey=True)
    order = [r["condition"] for r in sorted(classes["0.3"], key=lambda r: r["recall"])]
    for series, (axes, (kind, title)) in enumerate(zip(columns, titles.items(), strict=True)):
        by_name = {r["condition"]: r for r in classes[kind]}
        pairs = [(by_name[c]["recall"], by_name[c]["recall_interval"]) for c in order]
        points(axes, np.arange(len(order)), pairs, series, title)
        axes.set(title=title, xlim=(-0.02, 1.02), xlabel="recall, first place")
        axes.grid(color="0.9")
    columns[0].set_yticks(np.arange(len(order)), order, fontsize=8.5)
    columns[0].set_ylim(-0.7, len(order) - 0.3)
    least = min(r["n"] for rows in classes.values() for r in rows)
    figure.suptitle(f"Recall of each condition: {SIMULATED}, noisy; {least} states or more each", fontsize=12)
    save(figure, path)


def confusion_panel(axes: Axes, matrix: dict, title: str) -> None:
    """Row shares in percent as colour and number; rows of true kinds that occur."""
    counts = np.array(matrix["rows_true_columns_said"])
    rows = counts.sum(1) > 0
    columns = rows | (counts.sum(0) > 0)
    names = np.array(matrix["kinds"])
    n = counts[rows].sum(1)
    share = 100 * counts[rows][:, columns] / n[:, None]
    axes.imshow(share, cmap="Blues", vmin=0, vmax=100, aspect="auto")
    for (i, j), value in np.ndenumerate(share):
        if round(value) >= 1:
            axes.text(
                j, i, f"{value:.0f}", ha="center", va="center", fontsize=9, color="white" if value > 55 else "black"
            )  # fmt: skip
    labels = [f"{name} (n {k:,})" for name, k in zip(names[rows], n, strict=True)]
    axes.set_yticks(range(len(labels)), labels, fontsize=9)
    axes.set_xticks(range(columns.sum()), names[columns], rotation=40, ha="right", fontsize=9)
    axes.set_title(title, fontsize=11)
    axes.set(xlabel="ranked first", ylabel="true")


def confusion_plot(path: Path, matrices: dict[str, dict[str, dict]], titles: dict[str, str]) -> None:
    """Severity and body system, one column for each kind of states in ``titles``."""
    figure, grid = plt.subplots(
        2, len(titles), figsize=(6.4 * len(titles), 11), layout="constrained", height_ratios=(1, 1.9)
    )
    for column, (kind, title) in zip(grid.T, titles.items(), strict=True):
        confusion_panel(column[0], matrices[kind]["severity"], f"DDXPlus severity, {title}")
        confusion_panel(column[1], matrices[kind]["system"], f"body system, {title}")
    figure.suptitle(f"Which kind of disease is ranked first, % of the true kind\n{SIMULATED}, noisy")
    save(figure, path)


def kinds_plot(path: Path, matrices: dict[str, dict]) -> None:
    """Kind of condition at the head of the merged list; title of the panel -> matrix."""
    figure, panels = plt.subplots(
        1, len(matrices), figsize=(1.5 + 5.6 * len(matrices), 5.2), layout="constrained", squeeze=False
    )
    for axes, (title, matrix) in zip(panels[0], matrices.items(), strict=True):
        confusion_panel(axes, matrix, title)
    figure.suptitle(
        "The merged list: kind of the condition ranked first, % of the true kind\n"
        "simulated patients (common, broad, well) and published patients (orphan)"
    )
    save(figure, path)


def reliability_panel(axes: Axes, curves: dict[str, tuple[list[dict], float]], title: str) -> None:
    """Curves: label -> (bins, expected calibration error)."""
    axes.plot([0, 1], [0, 1], linestyle="--", color="0.6", label="perfect calibration")
    for series, (name, (bins, error)) in enumerate(curves.items()):
        label = f"{name}: ECE {error:.3f}, n {sum(b['n'] for b in bins):,}"
        x, y = [b["confidence"] for b in bins], [b["accuracy"] for b in bins]
        axes.plot(
            x,
            y,
            marker=MARKS[series % len(MARKS)],
            color=COLOURS[series % len(COLOURS)],
            markersize=5,
            label=label,
        )
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="stated probability of the first condition", title=title)
    axes.set_ylabel("share of patients in which it is right")
    axes.grid(color="0.9")
    axes.legend(fontsize=8.5, loc="upper center", bbox_to_anchor=(0.5, -0.14))


def reliability_plot(path: Path, panels: dict[str, dict[str, tuple[list[dict], float]]]) -> None:
    """Reliability diagrams side by side: title -> curves."""
    width = 5.4 * len(panels)
    figure, columns = plt.subplots(1, len(panels), figsize=(width, 6), layout="constrained", squeeze=False)
    for axes, (title, curves) in zip(columns[0], panels.items(), strict=True):
        reliability_panel(axes, curves, title)
    save(figure, path)


def subgroups_plot(path: Path, kinds: dict[str, dict], titles: dict[str, str]) -> None:
    """Main figures by sex and age band, one column a figure, one colour a kind of states."""
    metrics = {
        "accuracy": "accuracy", "top3": "top-3", "macro_f1": "macro-F1", "urgent_recall": "urgent recall",
        "urgent_specificity": "urgent specificity", "ece": "ECE (low is good)", "set_coverage": "set coverage",
    }  # fmt: skip
    first = kinds[next(iter(titles))]
    names = [(by, group) for by in ("sex", "age") for group in first[by]["groups"]]
    figure, columns = plt.subplots(1, len(metrics), figsize=(14, 5.6), layout="constrained", sharey=True)
    at = np.arange(len(names))[::-1].astype(float)
    for axes, (metric, title) in zip(columns, metrics.items(), strict=True):
        for series, (kind, label) in enumerate(titles.items()):
            groups = [kinds[kind][by]["groups"][group] for by, group in names]
            pairs = [(g[metric], g[f"{metric}_interval"]) for g in groups]
            points(axes, at + 0.2 * (1 - series), pairs, series, label)
        axes.set_title(title, fontsize=10.5)
        axes.axhline(at[1] - 0.5, color="0.7", linewidth=0.8)
        axes.grid(axis="x", color="0.9")
        if metric == "set_coverage":
            axes.axvline(0.9, color="0.5", linestyle="--", linewidth=1)
    ticks = [
        f"{g}{' years' if by == 'age' else ''} ({first[by]['groups'][g]['source_rows']} rows)"
        for by, g in names
    ]
    columns[0].set_yticks(at, ticks)
    handles, labels = columns[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(titles), fontsize=9.5)
    figure.suptitle(f"By sex and age: {SIMULATED}, noisy; not standardised; 95 % intervals by source row")
    save(figure, path)


def sets_plot(path: Path, groups: dict[str, dict], target: float) -> None:
    """Coverage and size of the prediction sets by group of patients."""
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(13, 1.8 + 0.5 * len(groups)), layout="constrained", sharey=True
    )
    at = np.arange(len(groups))[::-1].astype(float)
    points(
        left, at, [(g["set_coverage"], g["set_coverage_interval"]) for g in groups.values()], 0, "coverage"
    )
    left.axvline(target, color="0.5", linestyle="--", linewidth=1, label="target")
    left.set(xlabel="share that holds the true condition", title="coverage (dashed: target)")
    points(right, at, [(g["set_size"], g["set_size_interval"]) for g in groups.values()], 1, "mean")
    for y, g in zip(at, groups.values(), strict=True):
        low, high = g["set_size_quantiles"]["10 %"], g["set_size_quantiles"]["90 %"]
        right.plot([max(low, 0.5), max(high, 0.5)], [y - 0.15] * 2, color="0.6", linewidth=4, alpha=0.6)
    right.set(
        xscale="log",
        xlabel="conditions in the set (log scale)",
        title="mean size (grey: 10 % to 90 %)",
    )
    right.xaxis.set_major_formatter(ScalarFormatter())
    right.xaxis.set_minor_formatter(NullFormatter())
    left.set_yticks(at, [f"{name} (n {g['n']:,})" for name, g in groups.items()])
    left.set_ylim(-0.6, len(groups) - 0.4)
    for axes in (left, right):
        axes.grid(axis="x", color="0.9")
    figure.suptitle("Prediction sets of the merged list")
    save(figure, path)
