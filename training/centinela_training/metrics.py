"""The few figures that every experiment on the common part shows; the whole of them: :mod:`.reports`."""

from __future__ import annotations

import numpy as np

from .reports.calibration import calibration_error
from .reports.classification import TOP, macro_f1, ranks
from .reports.intervals import Clusters, figure


def interval(values: np.ndarray, rows: np.ndarray) -> list[float] | None:
    """95 % bootstrap interval of the mean; all states of one source row are drawn together."""
    return Clusters(rows).mean(values).interval


def report(p: np.ndarray, y: np.ndarray, rows: np.ndarray) -> dict:
    """Ranking and calibration of one set of states: ``p`` [n, classes], ``y`` [n], ``rows`` [n] their source rows."""
    rank, clusters = ranks(p, y), Clusters(rows)
    return {
        "n": len(y),
        **{f"top{k}": figure((rank < k).mean()) for k in TOP},
        "top1_interval": clusters.mean((rank < 1).astype(float)).interval,
        "macro_f1": figure(macro_f1(p, y, clusters).value),
        "ece": figure(calibration_error(p.max(1), p.argmax(1) == y, clusters).value),
    }


def urgency(flagged: np.ndarray, truly: np.ndarray, rows: np.ndarray) -> dict:
    """Share of the truly urgent that are flagged, and of the others that are not, [n] each."""
    clusters = Clusters(rows)
    recall, specificity = clusters.mean(flagged, truly), clusters.mean(~flagged, ~truly)
    return recall.entry("urgent_recall") | specificity.entry("urgent_specificity")
