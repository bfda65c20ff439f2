"""The main figures by sex and by age band, and the gaps between the groups.

Groups differ in their diseases, so each figure stands beside one standardised by condition: the adjusted mean of a
linear model with a term for each condition and each group, over the case mix of all (least-squares means). A gap that
is left there is between patients with the same condition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .calibration import calibration_error
from .classification import macro_f1, ranks
from .intervals import Clusters, Estimate, divide
from .scored import Scored

IMPACT_LIMIT = 1.2
OPPORTUNITY_LIMIT = 0.05
# Among the truly urgent; a group with fewer source rows is shown and not judged.
LEAST_ROWS = 10


@dataclass(frozen=True)
class Rates:
    """A rate in each group, [groups] and [resamples, groups]."""

    point: np.ndarray
    resampled: np.ndarray

    def of(self, group: int) -> Estimate:
        return Estimate(self.point[group], self.resampled[:, group])


def crude(values: np.ndarray, groups: list[np.ndarray], where: np.ndarray, clusters: Clusters) -> Rates:
    """Mean of ``values`` [n] over the states ``where`` [n], in each group."""
    estimates = [clusters.mean(values, where & group) for group in groups]
    return Rates(np.array([e.value for e in estimates]), np.array([e.resampled for e in estimates]).T)


def standardised(
    values: np.ndarray,
    groups: list[np.ndarray],
    where: np.ndarray,
    conditions: np.ndarray,
    clusters: Clusters,
) -> Rates:
    """The same, as if every group had the conditions (true class, [n]) of all."""
    group = np.select(groups, range(len(groups)), -1)
    where = where & (group >= 0)
    _, condition = np.unique(conditions[where], return_inverse=True)
    n_groups, n_conditions = len(groups), condition.max(initial=0) + 1
    cell = np.full(len(values), n_groups * n_conditions)
    cell[where] = condition * n_groups + group[where]
    of_cell = (cell[:, None] == np.arange(n_groups * n_conditions)).astype(float)
    counts, drawn_counts = clusters.sums(of_cell)
    totals, drawn_totals = clusters.sums(of_cell * np.asarray(values, float)[:, None])
    shape = (-1, n_conditions, n_groups)
    n = np.vstack([counts[None], drawn_counts]).reshape(shape)
    means = adjusted_means(n, np.vstack([totals[None], drawn_totals]).reshape(shape))
    return Rates(means[0], means[1:])


def adjusted_means(n: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Least-squares means of the groups, [m, groups], from counts and totals [m, conditions, groups].

    Conditions are swept out (Frisch and Waugh), so only a system of the size of the groups is solved.
    """
    per_condition, per_group = n.sum(2), n.sum(1)
    share = divide(n, np.maximum(per_condition, 1)[..., None])
    laplacian = np.einsum("mg,gh->mgh", per_group, np.eye(n.shape[2])) - np.einsum("mcg,mch->mgh", n, share)
    within = totals.sum(1) - np.einsum("mcg,mc->mg", share, totals.sum(2))
    effect = np.einsum("mgh,mh->mg", np.linalg.pinv(laplacian, hermitian=True), within)
    everyone = per_group.sum(1)
    mean = divide(totals.sum((1, 2)), everyone)
    centre = divide((per_group * effect).sum(1), everyone)
    return np.where(per_group > 0, (mean - centre)[:, None] + effect, np.nan)


def gaps(rates: Rates, judged: np.ndarray) -> dict:
    """Highest to lowest rate of being flagged, as a ratio and as a difference, over the ``judged`` groups.

    Null where fewer than two are judged, and the ratio where nobody of a group is flagged: the difference then tells.
    """
    if judged.sum() < 2:
        nothing = Estimate(np.nan, np.empty(0))
        return nothing.entry("disparate_impact") | nothing.entry("equal_opportunity_difference")
    point, resampled = rates.point[judged], rates.resampled[:, judged]
    ratio = Estimate(float(divide(point.max(), point.min())), divide(resampled.max(1), resampled.min(1)))
    gap = Estimate(float(np.ptp(point)), np.ptp(resampled, axis=1))
    return ratio.entry("disparate_impact") | gap.entry("equal_opportunity_difference")


def group_figures(scored: Scored, where: np.ndarray, clusters: Clusters) -> dict:
    """Every main figure over the states of one group."""
    right = (scored.p.argmax(1) == scored.y)[where]
    inside = Clusters(scored.rows[where])
    result = {"n": int(where.sum()), "source_rows": inside.n}
    result["urgent_source_rows"] = len(np.unique(scored.rows[where & scored.urgent]))
    result |= clusters.mean(ranks(scored.p, scored.y) < 3, where).entry("top3")
    result |= macro_f1(scored.p[where], scored.y[where], inside).entry("macro_f1")
    result |= calibration_error(scored.p.max(1)[where], right, inside).entry("ece")
    return result | clusters.mean(scored.set_size, where).entry("set_size")


def rate_values(scored: Scored) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The figures that are shares: name -> (values [n], over which states [n])."""
    everyone = np.ones(len(scored.y), bool)
    return {
        "accuracy": (scored.p.argmax(1) == scored.y, everyone),
        "urgent_recall": (scored.flagged, scored.urgent),
        "urgent_specificity": (~scored.flagged, ~scored.urgent),
        "set_coverage": (scored.covered, everyone),
    }


def grouping_report(scored: Scored, groups: dict[str, np.ndarray], clusters: Clusters) -> dict:
    """Figures of each group and the gaps among the truly urgent, crude and standardised by condition."""
    result: dict = {"groups": {n: group_figures(scored, w, clusters) for n, w in groups.items() if w.any()}}
    names = list(result["groups"])
    masks = [groups[n] for n in names]
    for key, (values, where) in rate_values(scored).items():
        plain = crude(values, masks, where, clusters)
        adjusted = standardised(values, masks, where, scored.y, clusters)
        for i, name in enumerate(names):
            result["groups"][name] |= plain.of(i).entry(key)
            result["groups"][name] |= adjusted.of(i).entry(f"{key}_standardised")
        if key == "urgent_recall":
            judged = np.array([result["groups"][n]["urgent_source_rows"] >= LEAST_ROWS for n in names])
            result["not_judged"] = [n for n, enough in zip(names, judged, strict=True) if not enough]
            result["crude"] = gaps(plain, judged)
            result["standardised_by_condition"] = gaps(adjusted, judged)
    return result


def verdict(kinds: dict[str, dict], binding: list[str]) -> dict:
    """Whether the gaps are within their limits, in words; only the ``binding`` kinds of states decide.

    Crude and standardised gaps both count: the one is what happens to people, the other what the model adds.
    """
    limits = {"disparate_impact": IMPACT_LIMIT, "equal_opportunity_difference": OPPORTUNITY_LIMIT}
    findings = []
    for kind, by in kinds.items():
        for grouping, report in by.items():
            for way in ("crude", "standardised_by_condition"):
                for measure, limit in limits.items():
                    value = report[way][measure]
                    if value is None or value < limit:
                        continue
                    low, high = report[way][f"{measure}_interval"]
                    words = measure.replace("_", " ")
                    findings.append(
                        {
                            "states": kind,
                            "by": grouping,
                            "way": way,
                            "measure": measure,
                            "value": value,
                            "limit": limit,
                            "beyond_chance": low >= limit,
                            "binding": kind in binding,
                            "words": f"Among the truly urgent, {words} by {grouping} is {value:.3f} "
                            f"({low:.3f} to {high:.3f}), not below {limit} ({kind}, {way.replace('_', ' ')}).",
                        }
                    )
    return {
        "limits": limits,
        "binding_states": binding,
        "missed": any(f["binding"] for f in findings),
        "missed_in_other_states": any(not f["binding"] for f in findings),
        "would_pass_promotion_gate": not any(f["binding"] for f in findings),
        "findings": findings,
    }


def overall(scored: Scored, clusters: Clusters) -> dict:
    """The figures of all states together, to hold the groups against."""
    result = group_figures(scored, np.ones(len(scored.y), bool), clusters)
    for name, (values, where) in rate_values(scored).items():
        result |= clusters.mean(values, where).entry(name)
    return result
