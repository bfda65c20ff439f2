"""Who is called urgent: recall, specificity and predictive value, as the model alone says it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from ..common.bands import FINDING_BANDS, bands
from .intervals import Clusters
from .scored import Scored


def urgency(scored: Scored, clusters: Clusters, where: np.ndarray | None = None) -> dict:
    """Shares of states (boolean choice [n]): flagged among the urgent, not flagged among the others, …

    ``urgent_npv`` is on balanced classes; in a clinic, where fewer are urgent, it would be higher.
    """
    where = np.ones(len(scored.y), bool) if where is None else where
    flagged, urgent = scored.flagged, scored.urgent
    figures = {
        "urgent_recall": (flagged, where & urgent),
        "missed_emergencies": (~flagged, where & urgent),
        "urgent_specificity": (~flagged, where & ~urgent),
        "urgent_npv": (~urgent, where & ~flagged),
    }
    result: dict = {}
    for name, (values, chosen) in figures.items():
        result |= clusters.mean(values, chosen).entry(name)
    return result


def band_names() -> list[str]:
    """The bands of evidence in words."""
    last = [f"{FINDING_BANDS[-1]} findings or more"]
    return [f"{a} to {b - 1} findings" for a, b in pairwise(FINDING_BANDS)] + last


def evidence_bands(findings: np.ndarray) -> dict[str, np.ndarray]:
    """Band of evidence -> which states, [n]."""
    return dict(zip(band_names(), (which for _, which in bands(findings)), strict=True))


def recall_by_evidence(kinds: Iterable[Scored]) -> dict[str, dict]:
    """Urgent recall in each band of evidence, over all kinds of states together.

    Of all, and of those with a symptom or sign of today: on what is known of the past alone nobody is called urgent.
    """
    kinds = list(kinds)
    join = lambda name: np.concatenate([getattr(s, name) for s in kinds])  # noqa: E731
    clusters, flagged, urgent = Clusters(join("rows")), join("flagged"), join("urgent")
    complains = join("complains")
    result = {}
    for name, which in evidence_bands(join("findings")).items():
        chosen = which & urgent
        result[name] = (
            {"n": int(chosen.sum()), "n_complaining": int((chosen & complains).sum())}
            | clusters.mean(flagged, chosen).entry("urgent_recall")
            | clusters.mean(flagged, chosen & complains).entry("urgent_recall_of_complaining")
        )
    return result


def called_well(scored: Scored, clusters: Clusters) -> dict:
    """Share of all, and of the urgent, that get "no relevant disease" over one half."""
    well = scored.p[:, -1] > 0.5
    return clusters.mean(well).entry("called_well") | clusters.mean(well, scored.urgent).entry(
        "urgent_called_well"
    )
