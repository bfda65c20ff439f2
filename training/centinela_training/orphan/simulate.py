"""Simulated patients ("pacientes simulados") of orphan diseases: what the prototypical network learns from.

Findings are drawn as often as annotated; then words drift as those of published patients do: broader, narrower, a
neighbour's, or something else altogether.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from .profiles import Graph

# Shares of findings written as a broader word, a narrower one, a neighbour; and unrelated ones a finding.
BROADER, NARROWER, NEIGHBOUR, UNRELATED = 0.1, 0.1, 0.15, 0.1
FURTHER_UP = 0.3  # of the broader ones, one more level
LN_FINDINGS = (1.9, 0.75)  # mean and deviation of ln(number of findings): a median of seven
MOST_FINDINGS = 40


class Lists:
    """Ragged lists as two arrays."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self.start = np.concatenate([[0], np.cumsum([len(x) for x in lists])]).astype(np.int64)
        self.items = np.fromiter((y for x in lists for y in x), np.int64, self.start[-1])

    def expand(self, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All items of the lists asked for: (position in ``which``, index into ``items``)."""
        sizes = self.start[which + 1] - self.start[which]
        owner = np.repeat(np.arange(len(which)), sizes)
        begin = np.repeat(self.start[which] - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
        return owner, begin + np.arange(len(owner))

    def one_of(self, which: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """A random item of each list, the list's own number where it is empty."""
        sizes = self.start[which + 1] - self.start[which]
        at = self.start[which] + (rng.random(len(which)) * sizes).astype(np.int64)
        return np.where(sizes > 0, self.items[np.minimum(at, len(self.items) - 1)], which)


class Simulator:
    """Draws patients of diseases given as direct profiles, sparse [terms, diseases]."""

    def __init__(self, direct: sparse.csc_array, graph: Graph) -> None:
        down: list[list[int]] = [[] for _ in graph.up]
        for child, parents in enumerate(graph.up):
            for parent in parents:
                down[parent].append(child)
        self._up, self._down, self._closures = Lists(graph.up), Lists(down), Lists(graph.closures)
        self._profile = Lists([[]])
        self._profile.start, self._profile.items = direct.indptr.astype(np.int64), direct.indices
        self._p, self._n_terms = direct.data, direct.shape[0]
        common = np.cumsum(np.asarray(direct.sum(1)).ravel() ** 0.75)
        self._unrelated = common / common[-1]

    def draw(self, diseases: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Findings of one patient a disease: (patient, term), unordered, a term twice at times."""
        n = len(diseases)
        wanted = np.clip(np.exp(rng.normal(*LN_FINDINGS, n)).round(), 1, MOST_FINDINGS).astype(int)
        owner, at = self._profile.expand(diseases)
        shown = rng.random(len(at)) < 0.97 * self._p[at] + 0.02
        order = np.lexsort((rng.random(len(at)) + 2 * ~shown, owner))
        sizes = np.bincount(owner, minlength=n)
        place = np.arange(len(at)) - np.repeat(np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
        kept = (place < wanted[owner]) & (shown[order] | (place == 0))
        owner, terms = owner[kept], self._drift(self._profile.items[at[order][kept]], rng)
        extra = np.repeat(np.arange(n), rng.poisson(UNRELATED * np.bincount(owner, minlength=n)))
        unrelated = np.searchsorted(self._unrelated, rng.random(len(extra)))
        return np.concatenate([owner, extra]), np.concatenate([terms, unrelated])

    def _drift(self, terms: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        terms, u = terms.copy(), rng.random(len(terms))
        broader = u < BROADER
        narrower = ~broader & (u < BROADER + NARROWER)
        neighbour = (u >= BROADER + NARROWER) & (u < BROADER + NARROWER + NEIGHBOUR)
        again = broader & (rng.random(len(terms)) < FURTHER_UP)
        steps = rng.integers(1, 4, len(terms))
        climbs = [neighbour & (steps > i) for i in range(3)]
        for lists, moved in [
            (self._up, broader), (self._up, again), (self._down, narrower),
            *((self._up, m) for m in climbs), *((self._down, m) for m in climbs),
        ]:  # fmt: skip
            terms[moved] = lists.one_of(terms[moved], rng)
        return terms

    def closed(self, owner: np.ndarray, terms: np.ndarray, patients: int) -> sparse.csr_array:
        """Indicators of the findings and all that they imply, [patients, terms]."""
        of, at = self._closures.expand(terms)
        keys = np.unique(owner[of] * self._n_terms + self._closures.items[at])
        cells = (np.ones(len(keys), np.float32), (keys // self._n_terms, keys % self._n_terms))
        return sparse.csr_array(cells, shape=(patients, self._n_terms))
