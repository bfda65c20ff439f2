"""The merged list: which place the true condition has in it, whether its probability and its sets can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..whole.gate import KINDS as GATE_KINDS
from ..whole.gate import PRIOR
from . import plots
from .calibration import calibration_error, errors_by, reliability
from .intervals import RESAMPLES, Clusters, figure
from .kinds import NO_DISEASE, confusion
from .write import write_json

if TYPE_CHECKING:
    from ..whole.patients import Patients
    from ..whole.predictor import Whole

TOP = (1, 3, 10)
COVERAGE = 0.9
KINDS = ("common, urgent", "common, other", "broad layer", "orphan", NO_DISEASE)
# By index into ``whole.gate.KINDS``, for a true condition that has no row.
UNLISTED = np.array(["common, other", "broad layer", "orphan"])
SIZES = {"1 or 2 findings": (1, 2), "3 or 4": (3, 4), "5 to 7": (5, 7), "8 or more": (8, np.inf)}
PANELS = {"1 to 4 findings told": (1, 4), "5 findings or more": (5, np.inf)}


@dataclass(frozen=True)
class Listed:
    """Patients of one group and what was predicted of them. ``members``: which parts' members scored."""

    patients: Patients
    whole: Whole
    members: list[str]

    def clusters(self) -> Clusters:
        return Clusters(self.patients.source.astype(str))

    @property
    def findings(self) -> np.ndarray:
        """Present findings told, [n]."""
        return np.array([len(s.present) for s in self.patients.states])

    @property
    def ranks(self) -> np.ndarray:
        """Rank of the true condition from 1, [n]; infinite where no row stands for it."""
        return np.where(self.whole.true_rank > 0, self.whole.true_rank, np.inf)

    @property
    def confidence(self) -> np.ndarray:
        """Probability of the likeliest outcome, "no relevant disease" among them, [n]."""
        return np.maximum(self.whole.top_p[:, 0], self.whole.none)


def row_kinds(n_orphans: int, urgent: np.ndarray, n_rows: int) -> np.ndarray:
    """Kind of each condition of the bundle, [rows + 1], "no relevant disease" last.

    ``urgent`` [trained conditions]: those of DDXPlus severity 1 or 2.
    """
    kinds = np.full(n_rows + 1, "broad layer", dtype=object)
    kinds[:n_orphans] = "orphan"
    kinds[n_orphans : n_orphans + len(urgent)] = np.where(urgent, "common, urgent", "common, other")
    kinds[-1] = NO_DISEASE
    return kinds


def first_kinds(listed: Listed, kind_of_row: np.ndarray) -> np.ndarray:
    """Kind of the likeliest outcome, [n]."""
    well = listed.whole.none > listed.whole.top_p[:, 0]
    return np.where(well, NO_DISEASE, kind_of_row[listed.whole.top_rows[:, 0]])


def true_kinds(listed: Listed, kind_of_row: np.ndarray) -> np.ndarray:
    """Kind of the true condition, [n]."""
    truth = listed.patients.truth
    return np.where(truth >= 0, kind_of_row[truth], UNLISTED[listed.patients.kind])


def whole_report(folder: Path, groups: Mapping[str, Listed], kind_of_row: np.ndarray) -> dict:
    """Writes ``whole.json`` and its pictures; returns the JSON.

    ``groups``: name -> patients, the most trusted first; those whose knowledge holds the patient's own paper have a
    name that starts with ``LEAKY``, come last, and only the picture of the sets shows them. ``kind_of_row``: see
    ``row_kinds``.
    """
    names = list(groups)
    if sorted(names, key=is_leaky) != names:
        raise ValueError(f"a leaky group stands before an honest one: {names}")
    honest = {name: g for name, g in groups.items() if not is_leaky(name)}
    matrices = {title: kind_matrix(honest, kind_of_row, low, high) for title, (low, high) in PANELS.items()}
    report = {
        "what": "The merged list of all parts; the rank is among all conditions of the bundle",
        "intervals": f"95 %, {RESAMPLES} bootstrap resamples by source (test row, disease, cohort)",
        "ties": "count against the true condition; a condition without a row is a miss",
        "groups_and_calibration": "a group tells what kind its patients are and the list does not know: its "
        "probabilities are meant for the kinds in the shares of the gate's prior, as under calibration",
        "calibration": prior_calibration(honest),
        "groups": {name: group_figures(g) for name, g in groups.items()},
        "kind_ranked_first": matrices,
    }
    write_json(folder / "whole.json", report)
    told = {title: m for title, m in matrices.items() if np.any(m["rows_true_columns_said"])}
    plots.kinds_plot(folder / "whole_kinds.png", told)
    c = report["calibration"]
    shares = ", ".join(f"{k} {p}" for k, p in c["shares"].items())
    panels: dict[str, dict] = {
        f"The merged list, by the prior\n{shares}": {"all": (c["reliability"], c["ece"])}
    }
    for name in honest:
        r = report["groups"][name]
        title = "published patients" if r["published_patients"] else "simulated patients"
        panels.setdefault(f"The merged list by group\n{title}", {})[name] = (r["reliability"], r["ece"])
    plots.reliability_plot(folder / "whole_reliability.png", panels)
    plots.sets_plot(folder / "sets.png", report["groups"], COVERAGE)
    return report


def is_leaky(name: str) -> bool:
    return name.startswith("LEAKY")


def prior_calibration(groups: Mapping[str, Listed]) -> dict:
    """Calibration over all groups together, weighted so that each kind has its share of the gate's prior."""
    join = lambda values: np.concatenate(list(values))  # noqa: E731
    kind = join(g.patients.kind for g in groups.values())
    present = [k for k in range(len(PRIOR)) if (kind == k).any()]
    prior = np.array(PRIOR) / sum(PRIOR[k] for k in present)
    weight = prior[kind] / np.bincount(kind, minlength=len(PRIOR))[kind]
    confidence = join(g.confidence for g in groups.values())
    right = join(g.ranks == 1 for g in groups.values())
    clusters = Clusters(join(g.patients.source.astype(str) for g in groups.values()))
    return {
        "n": len(kind),
        "shares": {GATE_KINDS[k]: figure(prior[k]) for k in present},
        **calibration_error(confidence, right, clusters, weight).entry("ece"),
        "reliability": reliability(confidence, right, weight),
    }


def kind_matrix(groups: Mapping[str, Listed], kind_of_row: np.ndarray, low: float, high: float) -> dict:
    """True kind against kind ranked first, over the patients with ``low`` to ``high`` findings."""
    true, first = [], []
    for g in groups.values():
        which = (g.findings >= low) & (g.findings <= high)
        true += true_kinds(g, kind_of_row)[which].tolist()
        first += first_kinds(g, kind_of_row)[which].tolist()
    return confusion(true, first, list(KINDS))


def group_figures(g: Listed) -> dict:
    """Ranking, calibration and sets of one group, in all and by number of findings."""
    clusters, ranks, right = g.clusters(), g.ranks, g.ranks == 1
    result: dict = {
        "members": g.members,
        "published_patients": bool(g.patients.published.all()),
        "n": len(ranks),
        "clusters": clusters.n,
        "without_a_row": int(np.isinf(ranks).sum()),
    }
    for k in TOP:
        result |= clusters.mean((ranks <= k).astype(float)).entry(f"top{k}")
    result |= clusters.mean(1 / ranks).entry("mrr")
    result |= calibration_error(g.confidence, right, clusters).entry("ece")
    result["reliability"] = reliability(g.confidence, right)
    result |= clusters.mean(g.whole.in_set).entry("set_coverage")
    result |= clusters.mean(g.whole.in_set, np.isfinite(ranks)).entry("set_coverage_of_listed")
    result |= clusters.mean(g.whole.set_size).entry("set_size")
    result["set_size_quantiles"] = {
        f"{q} %": int(np.quantile(g.whole.set_size, q / 100)) for q in (10, 50, 90)
    }
    parts = zip(("common", "broad", "orphan"), g.whole.gate.mean(0), strict=True)
    result["mean_gate"] = {part: figure(p) for part, p in parts}
    bands = {name: (g.findings >= low) & (g.findings <= high) for name, (low, high) in SIZES.items()}
    errors = errors_by(g.confidence, right, g.patients.source.astype(str), bands)
    result["by_findings"] = {
        name: error
        | clusters.mean(ranks <= 1, bands[name]).entry("top1")
        | clusters.mean(ranks <= 10, bands[name]).entry("top10")
        | clusters.mean(g.whole.in_set, bands[name]).entry("set_coverage")
        | clusters.mean(g.whole.set_size, bands[name]).entry("set_size")
        for name, error in errors.items()
    }
    return result
