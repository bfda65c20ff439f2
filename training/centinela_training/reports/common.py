"""Everything measured about the common part, on states of held-out rows of simulated patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..vocabulary import Vocabulary
from . import plots
from .calibration import BINS, calibration_error, class_errors, error_of, errors_by, reliability
from .classification import CURVE_RESAMPLES, class_figures, curve_areas, curve_figures, figures
from .intervals import RESAMPLES, Clusters
from .kinds import disease_confusion, kinds_of_disease
from .scored import Scored
from .subgroups import grouping_report, overall, verdict
from .urgency import called_well, evidence_bands, recall_by_evidence, urgency
from .urgent_misses import urgent_misses
from .write import write_json

TITLES = {
    "initial": "initial complaint only",
    "3": "3 findings",
    "0.3": "30 % of the positive findings",
    "0.5": "50 %",
}
SHORT = {"initial": "initial complaint", "3": "3 findings", "0.3": "30 %", "0.5": "50 %"}
# Targets other than urgent recall hold from here on.
BINDING = ["0.3", "0.5"]
DATA = (
    "Simulated patients (DDXPlus): states of test rows that no part was trained on; not patients of a clinic"
)


@dataclass(frozen=True)
class CommonStates:
    """States to judge by, kind of states (keys of ``TITLES``) -> scored: worded plainly, and noisy as in training.

    ``well``: simulated well people. ``members``: each member alone on the plain states, its name -> kind of states ->
    probabilities [n, C].
    """

    plain: dict[str, Scored]
    noisy: dict[str, Scored]
    well: Scored
    members: Mapping[str, Mapping[str, np.ndarray]]

    def named(self) -> dict[str, dict[str, Scored]]:
        """By the keys of the reports."""
        return {"states": self.plain, "noisy_states": self.noisy}


def common_report(
    folder: Path,
    states: CommonStates,
    labels: list[str],
    members: list[str],
    data: Path,
    vocabulary: Vocabulary,
) -> dict[str, dict]:
    """Writes the reports and pictures of the common part into ``folder``; report name -> what was written.

    ``labels``: the classes in the order of ``Scored.p``, "no relevant disease" last. ``members``: which ones scored.
    ``data``: the folder with ``clinical/conditions.json``.
    """
    kind_of = kinds_of_disease(data, labels[:-1])
    wordings = {"plain": states.plain, "noisy": states.noisy}
    judged = {f"{kind}, {wording}": s for wording, by in wordings.items() for kind, s in by.items()}
    reports = {
        "performance": performance(states, labels, members, kind_of),
        "calibration": calibration(states, labels),
        "subgroups": subgroups(states),
        "urgent_misses": urgent_misses(judged, labels, vocabulary),
    }
    for name, report in reports.items():
        write_json(folder / f"{name}.json", report)
    noisy = reports["performance"]["noisy_classes"]
    plots.performance_plot(folder / "performance.png", reports["performance"], SHORT)
    plots.classes_plot(folder / "classes.png", noisy, {k: SHORT[k] for k in ("initial", "0.3", "0.5")})
    plots.confusion_plot(
        folder / "confusion.png",
        reports["performance"]["noisy_confusion"],
        {k: SHORT[k] for k in ("initial", "0.3")},
    )
    plots.subgroups_plot(
        folder / "subgroups.png",
        reports["subgroups"]["noisy_states"],
        {k: SHORT[k] for k in ("initial", "0.3", "0.5")},
    )
    plots.reliability_plot(
        folder / "reliability.png",
        {
            f"Common part, {name}\n{plots.SIMULATED}": {SHORT[k]: curve(s) for k, s in by.items()}
            for name, by in (("plain states", states.plain), ("noisy states", states.noisy))
        },
    )
    return reports


def performance(
    states: CommonStates, labels: list[str], members: list[str], kind_of: dict[str, list[str]]
) -> dict:
    """``reports/performance.json``."""
    result: dict = {
        "data": DATA,
        "members_scored": members,
        "leakage": "none: a test row gives nothing to training, tables, calibration or thresholds; of Localized edema "
        "the seven even test rows make its table, and only the seven odd ones are judged by",
        "intervals": f"95 %, {RESAMPLES} bootstrap resamples of source rows ({CURVE_RESAMPLES} for ROC-AUC and PR-AUC)",
        "figures": {
            "roc_auc": "one class against the rest, mean over classes",
            "pr_auc": "average precision of one class against the rest, mean over classes",
            "brier": "sum over classes of (probability - truth) squared, 0 to 2",
            "urgent": "by the model alone; red-flag rules come on top",
        },
    }
    for name, by_kind in states.named().items():
        result[name] = {}
        prefix = "" if name == "states" else "noisy_"
        result[f"{prefix}urgent_by_evidence"] = recall_by_evidence(by_kind.values())
        classes, matrices = {}, {}
        for kind, s in by_kind.items():
            clusters = s.clusters()
            areas = curve_areas(s.p, s.y, clusters)
            result[name][kind] = (
                figures(s.p, s.y, clusters)
                | curve_figures(areas)
                | first_error(s.p, s.y, clusters)
                | urgency(s, clusters)
                | called_well(s, clusters)
            )
            classes[kind] = class_figures(s.p, s.y, labels, clusters, areas)
            matrices[kind] = {k: disease_confusion(s.y, s.p.argmax(1), of) for k, of in kind_of.items()}
        if name == "noisy_states":
            # The plain ones are too few a class for a word on any class.
            result["noisy_classes"], result["noisy_confusion"] = classes, matrices
            result["noisy_least_states_a_class"] = min(r["n"] for rows in classes.values() for r in rows)
    result["members"] = {
        name: {kind: member_figures(p, states.plain[kind]) for kind, p in by_kind.items()}
        for name, by_kind in states.members.items()
    }
    return result | {"well": well_figures(states.well)}


def first_error(p: np.ndarray, y: np.ndarray, clusters: Clusters) -> dict:
    """Calibration error of the first-ranked class."""
    return calibration_error(p.max(1), p.argmax(1) == y, clusters).entry("ece")


def member_figures(p: np.ndarray, s: Scored) -> dict:
    """One member alone, ``p`` [n, C], on the states of ``s``."""
    clusters = s.clusters()
    return figures(p, s.y, clusters) | first_error(p, s.y, clusters)


def well_figures(well: Scored) -> dict:
    """Simulated well people: called well (probability over one half), and called urgent for nothing."""
    clusters = well.clusters()
    result = {"data": "simulated well people: one unspecific finding, seldom two", "n": len(well.y)}
    result |= clusters.mean(well.p[:, -1] > 0.5).entry("recall")
    return result | clusters.mean(well.flagged).entry("called_urgent")


def calibration(states: CommonStates, labels: list[str]) -> dict:
    """``reports/calibration.json``: expected calibration error by class, subgroup and band, and prediction sets."""
    result: dict = {
        "data": DATA,
        "ece": f"at most {BINS} bins of equal mass over the probability of the first condition",
        "by_class": "over the states where the class is ranked first, 50 or more",
        "ece_by_chance": "what perfectly calibrated probabilities would show on as many independent states",
    }
    for name, by_kind in states.named().items():
        result[name] = {kind: calibration_of(s, labels) for kind, s in by_kind.items()}
    return result


def calibration_of(s: Scored, labels: list[str]) -> dict:
    """Calibration and prediction sets of one kind of states."""
    confidence, right, rows, clusters = s.p.max(1), s.p.argmax(1) == s.y, s.rows, s.clusters()
    groups = {f"{by} {name}": which for by, of in s.groups().items() for name, which in of.items()}
    bands = evidence_bands(s.findings)
    size = s.set_size
    return {
        **error_of(confidence, right, rows),
        "reliability": reliability(confidence, right),
        "by_subgroup": errors_by(confidence, right, rows, groups),
        "by_evidence": errors_by(confidence, right, rows, bands),
        "by_class": class_errors(s.p, s.y, rows, labels),
        "sets": {
            **clusters.mean(s.covered).entry("coverage"),
            **clusters.mean(size).entry("mean_size"),
            "size_quantiles": {f"{q} %": int(np.quantile(size, q / 100)) for q in (10, 50, 90)},
            "empty": round(float((size == 0).mean()), 4),
            "by_class": [
                {"condition": labels[c], "n": int((s.y == c).sum())}
                | clusters.mean(s.covered, s.y == c).entry("coverage")
                | clusters.mean(size, s.y == c).entry("mean_size")
                for c in np.unique(s.y)
            ],
            "by_subgroup": {
                name: clusters.mean(s.covered, w).entry("coverage") for name, w in groups.items() if w.any()
            },
            "by_evidence": {
                name: {"n": int(w.sum())}
                | clusters.mean(s.covered, w).entry("coverage")
                | clusters.mean(size, w).entry("mean_size")
                for name, w in bands.items()
                if w.any()
            },
        },
    }


def curve(s: Scored) -> tuple[list[dict], float]:
    """Reliability bins of the first condition and their error."""
    confidence, right = s.p.max(1), s.p.argmax(1) == s.y
    return reliability(confidence, right), calibration_error(confidence, right, s.clusters()).value


def subgroups(states: CommonStates) -> dict:
    """``reports/subgroups.json``."""
    result: dict = {
        "data": DATA,
        "standardised": "by condition: least-squares means of a linear model with condition and group, over the case "
        "mix of all; can pass 1 slightly",
        "untold_sex": "noisy states in which the sex was not told are in neither sex",
    }
    for name, by_kind in states.named().items():
        result[name] = {}
        for kind, s in by_kind.items():
            clusters = s.clusters()
            result[name][kind] = {"overall": overall(s, clusters)} | {
                by: grouping_report(s, groups, clusters) for by, groups in s.groups().items()
            }
    verdicts = {
        name: verdict({k: {by: r[by] for by in ("sex", "age")} for k, r in result[name].items()}, BINDING)
        for name in states.named()
    }
    return {
        "missed": any(v["missed"] for v in verdicts.values()),
        "would_pass_promotion_gate": all(v["would_pass_promotion_gate"] for v in verdicts.values()),
        "verdict": verdicts,
    } | result
