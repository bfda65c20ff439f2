"""Figures of a classifier over states: accuracy, ranking, probabilities; shares of 1, with clustered intervals."""

from __future__ import annotations

import numpy as np

from .intervals import Clusters, Estimate, divide, figure

TOP = (1, 3, 5)
# Areas under curves need a sort a class and resample: fewer resamples keep the report under its two minutes.
CURVE_RESAMPLES = 200


def ranks(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Rank (0 = first) of the true class, [n]; a tie counts against it."""
    return (p >= p[np.arange(len(y)), y][:, None]).sum(1) - 1


def log_losses(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """-ln of the probability of the true class, [n]."""
    return -np.log(np.maximum(p[np.arange(len(y)), y].astype(float), 1e-12))


def brier_scores(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Sum over the classes of (probability - truth) squared, [n], 0 to 2 (Brier 1950)."""
    squares = (p.astype(float) ** 2).sum(1)
    return squares - 2 * p[np.arange(len(y)), y] + 1


def confusion_counts(predicted: np.ndarray, y: np.ndarray, n_classes: int) -> np.ndarray:
    """[n, 3 * n_classes] ones: hit, predicted and true of each class, the parts of precision, recall and F1."""
    at, hit = np.arange(len(y)), predicted == y
    counts = np.zeros((len(y), 3 * n_classes), np.float32)
    counts[at[hit], y[hit]] = 1
    counts[at, n_classes + predicted] = 1
    counts[at, 2 * n_classes + y] = 1
    return counts


def class_f1(predicted: np.ndarray, y: np.ndarray, n_classes: int, clusters: Clusters) -> dict[str, tuple]:
    """Precision, recall and F1 of each class: name -> ([classes], [resamples, classes]); NaN where undefined."""
    both = clusters.sums(confusion_counts(predicted, y, n_classes))
    parts = [np.split(sums, 3, axis=-1) for sums in both]
    return {
        "precision": tuple(divide(hit, said) for hit, said, _ in parts),
        "recall": tuple(divide(hit, true) for hit, _, true in parts),
        "f1": tuple(np.where(true > 0, divide(2 * hit, said + true), np.nan) for hit, said, true in parts),
    }


def macro_f1(p: np.ndarray, y: np.ndarray, clusters: Clusters) -> Estimate:
    """Mean F1 of the first-ranked class over the classes that are true of some state."""
    point, resampled = class_f1(p.argmax(1), y, p.shape[1], clusters)["f1"]
    return Estimate(float(np.nanmean(point)), np.nanmean(resampled, axis=1))


def curve_areas(p: np.ndarray, y: np.ndarray, clusters: Clusters) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """One-against-rest ROC-AUC and average precision of each class present: ([k], [resamples, k]).

    Ties are one threshold, as in scikit-learn's ``roc_auc_score`` and ``average_precision_score``.
    """
    weights = np.vstack([np.ones(clusters.n), clusters.draws[:CURVE_RESAMPLES]])[:, clusters.of]
    weights = weights.astype(np.float32)
    roc, precision = [], []
    for c in np.unique(y):
        order = np.argsort(-p[:, c], kind="stable")
        starts = np.flatnonzero(np.diff(p[order, c], prepend=np.inf))
        true = np.flatnonzero(y[order] == c)
        # Only thresholds that hold a true state count in either area.
        tie = np.searchsorted(starts, true, side="right") - 1
        ties, first = np.unique(tie, return_index=True)
        said = np.pad(weights[:, order].cumsum(1), ((0, 0), (1, 0))).astype(float)
        ends = np.append(starts, len(y))[ties + 1]
        positive = np.add.reduceat(weights[:, order[true]], first, axis=1).astype(float)
        said_true, negative = positive.cumsum(1), said[:, ends] - said[:, starts[ties]] - positive
        n_true = said_true[:, -1]
        n_false = said[:, -1] - n_true
        below = n_false[:, None] - (said[:, ends] - said_true) + negative / 2
        roc.append(divide((positive * below).sum(1), n_true * n_false))
        precise = divide(said_true, said[:, ends])
        precision.append(divide(np.nansum(positive * precise, axis=1), n_true))
    result = {"roc_auc": np.array(roc).T, "average_precision": np.array(precision).T}
    return {name: (values[0], values[1:]) for name, values in result.items()}


def figures(p: np.ndarray, y: np.ndarray, clusters: Clusters) -> dict:
    """Ranking and probability figures of states: ``p`` [n, classes], ``y`` [n]."""
    rank = ranks(p, y)
    result: dict = {"n": len(y), "source_rows": clusters.n}
    for k in TOP:
        result |= clusters.mean((rank < k).astype(float)).entry(f"top{k}")
    result |= macro_f1(p, y, clusters).entry("macro_f1")
    result |= clusters.mean(log_losses(p, y)).entry("log_loss")
    return result | clusters.mean(brier_scores(p, y)).entry("brier")


def curve_figures(areas: dict[str, tuple[np.ndarray, np.ndarray]]) -> dict:
    """Means over the classes of the areas of ``curve_areas``: ``roc_auc`` and ``pr_auc``."""
    result: dict = {}
    for name, key in (("roc_auc", "roc_auc"), ("average_precision", "pr_auc")):
        point, resampled = areas[name]
        result |= Estimate(float(np.nanmean(point)), np.nanmean(resampled, axis=1)).entry(key)
    return result


def class_figures(
    p: np.ndarray, y: np.ndarray, labels: list[str], clusters: Clusters, areas: dict
) -> list[dict]:
    """Figures of each class that is true of some state, in the order of ``labels``."""
    f1 = class_f1(p.argmax(1), y, p.shape[1], clusters)
    rows = []
    for i, c in enumerate(np.unique(y)):
        row: dict = {"condition": labels[c], "n": int((y == c).sum())}
        row["source_rows"] = len(np.unique(clusters.of[y == c]))
        for name, (point, resampled) in f1.items():
            row |= Estimate(point[c], resampled[:, c]).entry(name)
        row |= {name: figure(point[i]) for name, (point, _) in areas.items()}
        rows.append(row)
    return rows
