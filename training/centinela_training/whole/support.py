"""Whether the findings are like any patient's that a layer knows, and whether they suffice to decide.

Both scores are 0-1 and read off curves fitted on held-out patients of all kinds; twins of ``core/support.ts``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..common.bands import FINDING_BANDS, bands
from .evidence import Evidence

# Fewer make no pattern: any one finding is explained by the disease that has it.
LEAST_PATTERN = 3
PATTERN_BANDS = (3, 4, 6, 9)
QUANTILES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0)
OOD_FROM = 0.99
# Policy: less than three chances in ten that the true condition is among the first three.
SUFFICIENT_FROM = 0.3
KNOTS = 12

Curve = list[list[float]]
"""Points ``[x, y]``, x ascending: linear between them, level outside."""
NO_CURVE: Curve = [[0.0, 0.0]]  # nobody to compare with: score 0


def at(curve: Curve, x: np.ndarray) -> np.ndarray:
    xs, ys = zip(*curve, strict=True)
    return np.interp(x, xs, ys)


@dataclass(frozen=True)
class Support:
    """``unlike``: out-of-distribution score by fit, a curve for each of :data:`PATTERN_BANDS` of scored findings.

    ``enough``: expected share of patients whose condition is among the first three, by the joint probability of the
    first three, a curve for each band of findings.
    """

    unlike: list[Curve]
    enough: list[Curve]

    def ood(self, evidence: Evidence, lr: np.ndarray) -> np.ndarray:
        """Share of held-out patients with as many findings whom some condition explains better, [n]; 0: no pattern."""
        x, score = fit_of(evidence, lr), np.zeros(len(lr))
        for curve, low, high in zip(self.unlike, PATTERN_BANDS, (*PATTERN_BANDS[1:], np.inf), strict=True):
            chosen = (evidence.scored >= low) & (evidence.scored < high)
            score[chosen] = at(curve, x[chosen])
        return score

    def sufficiency(self, evidence: Evidence, top_p: np.ndarray) -> np.ndarray:
        """How much the findings can decide, [n]; ``top_p`` [n, >= 3] likeliest first."""
        x, score = top_p[:, :3].sum(1), np.zeros(len(top_p))
        for curve, (_, chosen) in zip(self.enough, bands(evidence.findings), strict=True):
            score[chosen] = at(curve, x[chosen])
        return score

    def entry(self) -> dict:
        """As the manifest has it."""
        return {
            "ood": {
                "from": OOD_FROM,
                "bands": [
                    {"min_findings": low, "curve": curve}
                    for low, curve in zip(PATTERN_BANDS, self.unlike, strict=True)
                ],
            },
            "sufficiency": {
                "from": SUFFICIENT_FROM,
                "bands": [
                    {"min_findings": low, "curve": curve}
                    for low, curve in zip(FINDING_BANDS, self.enough, strict=True)
                ],
            },
        }


def unfitted() -> Support:
    """Scores 0 for everyone: what stands before curves are fitted."""
    return Support([NO_CURVE] * len(PATTERN_BANDS), [NO_CURVE] * len(FINDING_BANDS))


def fit_of(evidence: Evidence, lr: np.ndarray) -> np.ndarray:
    """How well the best condition of any layer explains the findings, [n].

    Of the orphan and trained conditions the sum of log ratios over the attainable one; of the broad layer its coverage.
    """
    return np.maximum(lr.max(1) / np.maximum(evidence.attainable, 1e-9), evidence.coverage)


def weighted_quantiles(x: np.ndarray, weight: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """Values of ``x`` [n] below which these shares of the weight lie."""
    order = np.argsort(x, kind="stable")
    below = np.cumsum(weight[order])
    return np.interp(np.array(shares) * below[-1], below, x[order])


def fit_unlike(fit: np.ndarray, scored: np.ndarray, weight: np.ndarray) -> list[Curve]:
    """From in-distribution patients: ``fit`` [n] of :func:`fit_of`, ``scored`` [n] findings, ``weight`` [n]."""
    curves = []
    for low, high in zip(PATTERN_BANDS, (*PATTERN_BANDS[1:], np.inf), strict=True):
        chosen = (scored >= low) & (scored < high)
        if not chosen.any():
            curves.append(NO_CURVE)
            continue
        values = weighted_quantiles(fit[chosen], weight[chosen], QUANTILES).round(6)
        # Of equal fits the last stands: nobody is unlike others for a tie.
        points = dict(zip(values.tolist(), QUANTILES, strict=True))
        curves.append([[x, 1 - q] for x, q in points.items()])
    return curves


def fit_enough(top3: np.ndarray, hit: np.ndarray, findings: np.ndarray, weight: np.ndarray) -> list[Curve]:
    """Isotonic regression of ``hit`` [n] (true condition among the first three) on ``top3`` [n], by band; weighted."""
    from sklearn.isotonic import IsotonicRegression

    curves = []
    for _, chosen in bands(findings):
        if not chosen.any():
            curves.append(NO_CURVE)
            continue
        x, y = top3[chosen], hit[chosen].astype(float)
        model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(x, y, weight[chosen])
        knots = np.unique(np.quantile(x, np.linspace(0, 1, KNOTS)).round(6))
        # Steps of a few patients each say little: a coarse curve through them, still ascending.
        curves.append(
            [[float(k), round(float(v), 6)] for k, v in zip(knots, model.predict(knots), strict=True)]
        )
    return curves
