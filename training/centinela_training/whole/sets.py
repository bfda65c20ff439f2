"""Prediction sets: which conditions cannot be ruled out, so that the true one is among them nine times in ten.

Class-conditional conformal prediction with least ambiguous sets (Sadinle, Lei and Wasserman, JASA 2019): a condition is
in the set where its joint probability reaches the threshold of its class and band of evidence, the quantile of what
patients of that class got. A class with few patients takes its group's: trained conditions by DDXPlus severity,
the broad layer's own together, orphan ones together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..common.bands import bands

TARGET = 0.9
ENOUGH = 50
# Finer than the bands of evidence: within "six or more" few findings and many would share a threshold.
SET_BANDS = (0, 2, 3, 4, 6, 8, 11)


@dataclass(frozen=True)
class Sets:
    """``thresholds`` [bands, classes + 2]: trained classes ("no relevant disease" last), broad, orphan.

    ``column`` [rows + 1]: which of these columns holds for a row; the last entry is "no relevant disease".
    """

    thresholds: np.ndarray
    column: np.ndarray

    def members(self, p: np.ndarray, findings: np.ndarray) -> np.ndarray:
        """Whether each row is in the set, bool [n, rows + 1]; ``p`` alike, joint probabilities; ``findings`` [n].

        The likeliest outcome always is: a set that rules out everything would be no answer.
        """
        band = np.searchsorted(SET_BANDS, findings, side="right") - 1
        return (p >= self.thresholds[band][:, self.column]) | (p == p.max(1, keepdims=True))

    def entry(self) -> dict:
        """As the manifest has it."""
        return {
            "target": TARGET,
            "bands": [
                {"min_findings": low, "trained": row[:-2].tolist(), "broad": row[-2], "orphan": row[-1]}
                for low, row in zip(SET_BANDS, self.thresholds, strict=True)
            ],
        }


def columns(n_orphans: int, n_trained: int, n_rows: int) -> np.ndarray:
    """:attr:`Sets.column`: ``n_trained`` conditions follow the orphan ones, the broad layer's own come last."""
    none, broad, orphan = n_trained, n_trained + 1, n_trained + 2
    own = [np.full(n_orphans, orphan), np.arange(n_trained), np.full(n_rows - n_orphans - n_trained, broad)]
    return np.concatenate([*own, [none]])


def all_in(column: np.ndarray) -> Sets:
    """Sets that rule nothing out: what stands before thresholds are fitted."""
    return Sets(np.zeros((len(SET_BANDS), int(column.max()) + 1)), column)


def threshold(true_p: np.ndarray) -> float:
    """The split conformal threshold for :data:`TARGET`, finite-sample corrected; 0 where there are too few."""
    # 0.1 x 20 is a little less than 2 in floating point.
    k = int((1 - TARGET) * (len(true_p) + 1) + 1e-9)
    return float(np.sort(true_p)[k - 1]) if k else 0.0


def fit_sets(
    true_p: np.ndarray, truth: np.ndarray, findings: np.ndarray, column: np.ndarray, severity: np.ndarray
) -> Sets:
    """From held-out states: ``true_p`` [n] joint probability of the true row ``truth`` [n], ``findings`` [n].

    ``severity`` [classes]: group of each trained class, the fall-back of those with fewer than :data:`ENOUGH` states.
    """
    own = column[truth]
    group = np.concatenate([severity, [-1, -2]])
    result = np.empty((len(SET_BANDS), len(group)))
    for i, (_, chosen) in enumerate(bands(findings, SET_BANDS)):
        for c in range(len(group)):
            same = chosen & (own == c)
            wider = chosen & (group[own] == group[c])
            # An orphan or broad class is its own group, and so stays as it is.
            result[i, c] = threshold(true_p[same if same.sum() >= ENOUGH else wider])
    # A hair lower, so that no runtime's rounding drops a patient who is as likely as the threshold.
    return Sets(np.vectorize(lambda t: float(f"{t * (1 - 1e-5):.7g}"))(result), column)


def coverage(in_set: np.ndarray, size: np.ndarray) -> dict:
    """Share of states whose true condition is in the set, and how large the sets are; [n] each."""
    median, ninetieth = np.quantile(size, (0.5, 0.9), method="higher")
    return {
        "n": len(in_set),
        "coverage": round(float(in_set.mean()), 4),
        "size_median": int(median),
        "size_90th_percentile": int(ninetieth),
    }
