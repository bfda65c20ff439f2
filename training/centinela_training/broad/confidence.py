"""From scores of the candidates to probabilities that do not claim more than texts can know; twin of
``core/broad-confidence.ts``.

A text names some of what its condition shows. A finding that one text alone names would make that condition nearly
certain, which says how texts are worded and nothing of the patient. So a score saturates at a ceiling, and a share of
the probability, :data:`MISSED` to the power of the number of findings, is kept back: the chance that what was told is
in no text of the true condition. It goes to the ``quiet`` ones alike, the layer's own that no text calls an emergency:
what says nothing about the patient raises no alarm. Among these nobody changes places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from ..softmax import softmax

# Share of what another source states of a condition that its texts do not name, by the vocabulary's terms: .54 of
# DDXPlus' table (33 trained conditions), .48 of a second text (50), .40 of the Disease Ontology (137). The worst.
MISSED = 0.54
LEAST_P = 1e-12
BOUNDS = np.log([[0.1, 10.0], [1.0, 100.0]])  # of temperature and ceiling


@dataclass(frozen=True)
class Confidence:
    """``temperature`` divides a score; ``ceiling``: what no logit exceeds, however telling its findings."""

    temperature: float = 1.0
    ceiling: float = 10.0


def saturated(scores: np.ndarray, c: Confidence) -> np.ndarray:
    """Logits of scores, each z-scored sum; ``ceiling`` at most, in the scores' order."""
    return c.ceiling * np.tanh(scores / (c.temperature * c.ceiling))


def posterior(
    scores: np.ndarray, possible: np.ndarray, quiet: np.ndarray, known: Sequence[int], c: Confidence
) -> np.ndarray:
    """P(candidate), [n, candidates], of finite ``scores`` [n, candidates]; 0 where it is not ``possible``.

    ``quiet`` [candidates]: who shares what is kept back, some possible one among them. ``known`` [n]: findings that the
    layer knows; with none age, sex and what is denied count as one.
    """
    missed = MISSED ** np.maximum(np.asarray(known), 1)[:, None]
    told = softmax(np.where(possible, saturated(scores, c), -np.inf))
    sharing = possible & quiet
    return (1 - missed) * told + missed * sharing / sharing.sum(axis=1, keepdims=True)


def fit_confidence(
    scores: np.ndarray, possible: np.ndarray, quiet: np.ndarray, known: Sequence[int], truth: np.ndarray
) -> Confidence:
    """Of least log loss of the true candidates, ``truth`` [n]."""
    at = np.arange(len(truth))

    def confidence(ln: np.ndarray) -> Confidence:
        return Confidence(*(float(round(v, 4)) for v in np.exp(ln)))

    def loss(ln: np.ndarray) -> float:
        p = posterior(scores, possible, quiet, known, confidence(ln))[at, truth]
        return -float(np.log(np.maximum(p, LEAST_P)).mean())

    start = np.log([[1.0, 10.0], [1.5, 10.0], [1.0, 15.0]])
    options = {"initial_simplex": start, "xatol": 0.01, "fatol": 1e-4, "maxiter": 120}
    found = minimize(loss, start[0], method="Nelder-Mead", bounds=BOUNDS, options=options)
    return confidence(found.x)
