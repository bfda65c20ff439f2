"""What a patient's findings are worth before any model reads them: counts and information content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..common.bands import informative
from ..orphan.ratios import FLOOR, WEIGHT
from ..simulate import State
from ..vocabulary import Vocabulary

# Columns of the broad layer's summary.
COVERAGE, KNOWN = 1, 5


def information_content(offsets: np.ndarray, n_rows: int, vocabulary: Vocabulary) -> np.ndarray:
    """ln(rows / rows whose profile has the term), [terms]: the greatest of the term and of all it implies; 0: unscored.

    ``offsets`` [terms + 1] as in the profiles' file: a profile holds each of its terms' ancestors, so they count it.
    """
    having = np.diff(offsets.astype(np.int64))
    own = np.where(having > 0, np.log(n_rows / np.maximum(having, 1)), 0.0)
    return np.array([max(own[list(closure)]) for closure in vocabulary.closures])


@dataclass(frozen=True)
class Evidence:
    """Per state, [n] each.

    ``present``, ``denied``: findings told. ``readable``, ``known``: present ones that mean something to the common
    part, and to the broad layer.
    ``scored``: query terms of the likelihood ratios; ``ic_mean``, ``ic_max`` of them; ``attainable``: the sum of
    log ratios that one disease would reach which alone had each of them. ``coverage``: greatest share of the findings
    that a candidate of the broad layer explains, 0-1.
    """

    present: np.ndarray
    denied: np.ndarray
    readable: np.ndarray
    known: np.ndarray
    scored: np.ndarray
    ic_mean: np.ndarray
    ic_max: np.ndarray
    attainable: np.ndarray
    coverage: np.ndarray

    @property
    def findings(self) -> np.ndarray:
        """Findings that some layer reads: what the bands of evidence count."""
        return np.maximum(np.maximum(self.readable, self.known), self.scored)


def read_evidence(
    states: Sequence[State],
    query: Callable[[State], list[int]],
    summary: np.ndarray,
    ic: np.ndarray,
    vocabulary: Vocabulary,
) -> Evidence:
    """``query``: findings that the likelihood ratios score; ``summary`` [n, 6]: the broad layer's, see the gate."""
    queries = [ic[query(s)] for s in states]
    numbers = lambda values: np.array(list(values), dtype=np.float64)  # noqa: E731
    return Evidence(
        present=numbers(len(s.present) for s in states),
        denied=numbers(len(s.absent) for s in states),
        readable=informative(list(states), vocabulary).astype(np.float64),
        known=summary[:, KNOWN].astype(np.float64),
        scored=numbers(len(q) for q in queries),
        ic_mean=numbers(q.mean() if len(q) else 0 for q in queries),
        ic_max=numbers(q.max() if len(q) else 0 for q in queries),
        attainable=numbers(np.log(WEIGHT * np.exp(q) + FLOOR).sum() for q in queries),
        coverage=summary[:, COVERAGE].astype(np.float64),
    )
