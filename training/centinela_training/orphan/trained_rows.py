"""How often the trained common conditions show each HPO term: their rows among the likelihood ratios."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from ..common.ensemble import Common


def trained_rows(common: Common, scale: float) -> sparse.csc_array:
    """P(term | condition), sparse [terms, 49], HPO terms only, from fully told simulated patients.

    Local terms stay out: orphan diseases are not annotated with them, so their silence would count against them.
    """
    vocabulary, simulator = common.vocabulary, common.simulator
    n = max(60, int(400 * scale))
    hpo = np.array([term.startswith("HP:") for term in vocabulary.ids])
    rows = np.zeros((len(vocabulary.ids), len(common.ddxplus.conditions)))
    for column, condition in enumerate(common.ddxplus.conditions):
        for _ in range(n):
            named = simulator.names(simulator.patient(condition)).values()
            rows[sorted(set(named)), column] += 1 / n
    return sparse.csc_array(rows * hpo[:, None])
