"""Bootstrap intervals in which all members of a cluster (a source row, a cohort) are drawn together.

Many states are drawn from one source row and many published patients come from one paper: they are no independent
evidence, and an interval that treats them so is too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

RESAMPLES = 1_000
SEED = 20261121


@dataclass(frozen=True)
class Estimate:
    """A figure, its values in the resamples ([resamples], NaN where undefined), and so its 95 % interval."""

    value: float
    resampled: np.ndarray

    @property
    def interval(self) -> list[float] | None:
        """Percentile interval; None where no resample had a value."""
        seen = self.resampled[np.isfinite(self.resampled)]
        return [figure(q) for q in np.quantile(seen, [0.025, 0.975])] if len(seen) else None

    def entry(self, name: str) -> dict:
        """The two keys of a report: ``name`` and ``name_interval``."""
        return {name: figure(self.value), f"{name}_interval": self.interval}


def figure(value: float) -> float | None:
    """Rounded to four decimals; None where it is undefined, as JSON has no NaN."""
    return round(float(value), 4) if np.isfinite(value) else None


class Clusters:
    """Resamples of the clusters of ``n`` members, drawn once, so that differences are paired.

    ``clusters``: the cluster of each member, [n]. The same clusters and seed always give the same resamples.
    """

    def __init__(self, clusters: Sequence | np.ndarray, resamples: int = RESAMPLES, seed: int = SEED) -> None:
        names, self.of = np.unique(np.asarray(clusters), return_inverse=True)
        self.n, n = len(names), len(self.of)
        self._members = csr_array((np.ones(n), (self.of, np.arange(n))), shape=(self.n, n))
        rng = np.random.default_rng(seed)
        self.draws = rng.multinomial(self.n, np.full(self.n, 1 / self.n), size=resamples).astype(float)

    def totals(self, values: np.ndarray) -> np.ndarray:
        """Sum of ``values`` over each cluster, [clusters] or [clusters, k] for values [n, k]."""
        return self._members @ values

    def sums(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sum over all members, and over each resample: () and [resamples], or [k] and [resamples, k]."""
        totals = self.totals(values)
        return totals.sum(0), self.draws @ totals

    def mean(self, values: np.ndarray, weight: np.ndarray | None = None) -> Estimate:
        """Mean of ``values`` [n]; ``weight`` [n] may be a boolean choice of members."""
        weight = np.ones(len(values)) if weight is None else weight.astype(float)
        (total, totals), (mass, masses) = self.sums(weight * values), self.sums(weight)
        return Estimate(divide(total, mass), divide(totals, masses))


def divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """``a / b``, NaN where ``b`` is 0."""
    a, b = np.broadcast_arrays(np.asarray(a, float), np.asarray(b, float))
    return np.divide(a, b, out=np.full(a.shape, np.nan), where=b != 0)
