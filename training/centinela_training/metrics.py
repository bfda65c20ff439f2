"""Figures of the common part: accuracy by state, calibration, urgency; numbers are shares of 1."""

from __future__ import annotations

from pathlib import Path

import numpy as np

N_BINS = 10


def ranks(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Rank (0 = first) of the true class, [n]; a tie counts against it."""
    return (p >= p[np.arange(len(y)), y][:, None]).sum(1) - 1


def interval(values: np.ndarray, rows: np.ndarray, resamples: int = 1000) -> list[float]:
    """95 % bootstrap interval of the mean; all states of one source row are drawn together."""
    _, group = np.unique(rows, return_inverse=True)
    sums, counts = np.bincount(group, values), np.bincount(group)
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(sums), size=(resamples, len(sums)))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    return [round(float(q), 4) for q in np.quantile(means, [0.025, 0.975])]


def macro_f1(p: np.ndarray, y: np.ndarray) -> float:
    """Mean over the classes present of F1 of the first-ranked class."""
    predicted = p.argmax(1)
    scores = []
    for c in np.unique(y):
        hit = ((predicted == c) & (y == c)).sum()
        scores.append(2 * hit / max(1, (predicted == c).sum() + (y == c).sum()))
    return float(np.mean(scores))


def reliability(p: np.ndarray, y: np.ndarray) -> list[dict]:
    """Confidence of the first-ranked class against how often it is right, in bins of equal mass."""
    confidence, right = p.max(1), p.argmax(1) == y
    order = np.argsort(confidence, kind="stable")
    return [
        {
            "n": len(part),
            "confidence": round(float(confidence[part].mean()), 4),
            "accuracy": round(float(right[part].mean()), 4),
        }
        for part in np.array_split(order, N_BINS)
        if len(part)
    ]


def expected_calibration_error(p: np.ndarray, y: np.ndarray) -> float:
    """Mean gap between confidence and accuracy over bins of equal mass."""
    bins = reliability(p, y)
    return float(sum(b["n"] * abs(b["confidence"] - b["accuracy"]) for b in bins) / len(y))


def report(p: np.ndarray, y: np.ndarray, rows: np.ndarray) -> dict:
    """Ranking and calibration of one set of states: ``p`` [n, classes], ``y`` [n], ``rows`` [n] their source rows."""
    rank = ranks(p, y)
    return {
        "n": len(y),
        **{f"top{k}": round(float((rank < k).mean()), 4) for k in (1, 3, 5)},
        "top1_interval": interval((rank < 1).astype(float), rows),
        "macro_f1": round(macro_f1(p, y), 4),
        "ece": round(expected_calibration_error(p, y), 4),
    }


def urgency(flagged: np.ndarray, truly: np.ndarray, rows: np.ndarray) -> dict:
    """Share of the truly urgent that are flagged, and of the others that are not, [n] each."""
    return {
        "urgent_recall": round(float(flagged[truly].mean()), 4),
        "urgent_recall_interval": interval(flagged[truly].astype(float), rows[truly]),
        "urgent_specificity": round(float((~flagged[~truly]).mean()), 4),
        "urgent_specificity_interval": interval((~flagged[~truly]).astype(float), rows[~truly]),
    }


def reliability_plot(path: Path, curves: dict[str, tuple[list[dict], float]]) -> None:
    """PNG of reliability curves: name -> (bins, expected calibration error)."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 6.4))
    axes.plot([0, 1], [0, 1], linestyle="--", color="0.6", label="perfect calibration")
    for (name, (bins, ece)), marker in zip(curves.items(), "osD^v", strict=False):
        label = f"{name} (ECE {ece:.3f}, n {sum(b['n'] for b in bins):,})"
        axes.plot([b["confidence"] for b in bins], [b["accuracy"] for b in bins], marker=marker, label=label)
    axes.set(
        xlim=(0, 1),
        ylim=(0, 1),
        xlabel="confidence of the first-ranked condition",
        ylabel="share of states in which it is right",
        title="Reliability of the common part\nsimulated patients (DDXPlus): training never saw the test rows",
    )
    axes.grid(color="0.9")
    axes.legend(loc="upper left", fontsize=9)
    figure.tight_layout()
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)
