"""Is a stated probability the share that is right? Reliability and expected calibration error (ECE)."""

from __future__ import annotations

import numpy as np

from .intervals import Clusters, Estimate, divide, figure

BINS = 10
# Fewer states a bin than this, and the error measures chance.
LEAST_IN_BIN = 40
LEAST_IN_CLASS = 50


def bin_of(confidence: np.ndarray) -> np.ndarray:
    """Bin of each state, [n]: at most ``BINS`` of equal mass, each of ``LEAST_IN_BIN`` states or more."""
    n_bins = int(np.clip(len(confidence) // LEAST_IN_BIN, 1, BINS))
    bins = np.empty(len(confidence), int)
    order = np.argsort(confidence, kind="stable")
    for b, part in enumerate(np.array_split(order, n_bins)):
        bins[part] = b
    return bins


def reliability(confidence: np.ndarray, right: np.ndarray, weight: np.ndarray | None = None) -> list[dict]:
    """Stated probability [n] against the share that is right (boolean [n]), bin by bin."""
    bins, weight = bin_of(confidence), np.ones(len(right)) if weight is None else weight
    return [
        {
            "n": int((bins == b).sum()),
            "confidence": figure(np.average(confidence[bins == b], weights=weight[bins == b])),
            "accuracy": figure(np.average(right[bins == b], weights=weight[bins == b])),
        }
        for b in np.unique(bins)
    ]


def calibration_error(
    confidence: np.ndarray, right: np.ndarray, clusters: Clusters, weight: np.ndarray | None = None
) -> Estimate:
    """Mean gap between stated and right over the bins; resamples keep the bins of the whole sample."""
    bins, weight = bin_of(confidence), np.ones(len(right)) if weight is None else weight
    inside = bins[:, None] == np.arange(bins.max() + 1)
    gaps, resampled = clusters.sums(inside * (weight * (confidence - right))[:, None])
    mass, drawn = clusters.sums(weight)
    return Estimate(float(np.abs(gaps).sum() / mass), divide(np.abs(resampled).sum(1), drawn))


def error_of(confidence: np.ndarray, right: np.ndarray, rows: np.ndarray) -> dict:
    """``n``, ``ece``, its interval and what chance alone would show; ``rows`` [n] are the clusters of the states."""
    error = calibration_error(confidence, right, Clusters(rows, resamples=200))
    result = {"n": len(right), "source_rows": len(np.unique(rows))} | error.entry("ece")
    return result | {"ece_by_chance": figure(error_by_chance(confidence))}


def error_by_chance(confidence: np.ndarray) -> float:
    """The error that perfectly calibrated ``confidence`` [n] of independent states is expected to show.

    The right ones of a bin are then nearly normal about their sum, and the mean size of a normal deviate is
    the square root of 2 / pi times its standard deviation.
    """
    spread = np.sqrt(np.bincount(bin_of(confidence), confidence * (1 - confidence)))
    return float(np.sqrt(2 / np.pi) * spread.sum() / len(confidence))


def errors_by(confidence: np.ndarray, right: np.ndarray, rows: np.ndarray, groups: dict) -> dict[str, dict]:
    """``error_of`` each group: name -> which states (boolean [n]); empty groups are left out."""
    return {name: error_of(confidence[w], right[w], rows[w]) for name, w in groups.items() if w.any()}


def class_errors(p: np.ndarray, y: np.ndarray, rows: np.ndarray, labels: list[str]) -> list[dict]:
    """For each class, over the states where it is ranked first: stated probability against how often it is right.

    What a reader sees beside the first name (top-label calibration, Gupta and Ramdas 2022). Beside it the error of
    the class's probability over all states (class-wise calibration, Kull et al. 2019), which the many states near
    zero make small. Only classes ranked first ``LEAST_IN_CLASS`` times or more.
    """
    first, confidence = p.argmax(1), p.max(1)
    result = []
    for c, label in enumerate(labels):
        which = first == c
        if which.sum() < LEAST_IN_CLASS:
            continue
        row = {"condition": label} | error_of(confidence[which], (y == c)[which], rows[which])
        row["mean_confidence"] = figure(confidence[which].mean())
        row["share_right"] = figure((y == c)[which].mean())
        bins = bin_of(p[:, c])
        gap = np.bincount(bins, p[:, c] - (y == c))
        result.append(row | {"class_wise_ece": figure(np.abs(gap).sum() / len(y))})
    return result
