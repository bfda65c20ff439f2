"""The targets of the design against what was measured: met, missed, or not measurable here and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .subgroups import IMPACT_LIMIT, OPPORTUNITY_LIMIT

BINDING = ("0.3", "0.5")
ALL_KINDS = ("initial", "3", *BINDING)
WORDINGS = {"states": "plain", "noisy_states": "noisy"}
OPPORTUNITY = "equal_opportunity_difference"
SUPPORT_SPLIT = "paper_left_out_with_support"
KEPT_ELSEWHERE = "the data are not part of this project; they are measured by the project's reviewers"


@dataclass(frozen=True)
class Measured:
    """A figure of a report, its interval and its place there."""

    value: float
    interval: Sequence[float] | None
    where: str


@dataclass(frozen=True)
class Target:
    """``limit``: of what is asked, as ``asked`` says (``>``, ``>=``, ``<``, ``<=``; ``within`` has two limits).

    The worst of ``measured`` decides. Without any, ``why`` says why it cannot be measured here.
    """

    by: str
    what: str
    asked: str
    limit: float | tuple[float, float]
    measured: Sequence[Measured] = ()
    why: str = "no patient to measure it on"

    def excess(self, value: float) -> float:
        """How far on the wrong side of the limit; negative on the right one."""
        if isinstance(self.limit, tuple):
            low, high = self.limit
            return max(low - value, value - high)
        return self.limit - value if self.asked.startswith(">") else value - self.limit

    def meets(self, value: float) -> bool:
        excess = self.excess(value)
        return excess < 0 or (excess == 0 and self.asked not in ("<", ">"))

    def entry(self) -> dict:
        """One row of ``reports/targets.json``; ``certain``: the whole interval is on the same side of the limit."""
        limit = list(self.limit) if isinstance(self.limit, tuple) else self.limit
        row: dict = {"by": self.by, "what": self.what, "asked": f"{self.asked} {limit}"}
        if not self.measured:
            return row | {"measured": None, "verdict": "not measurable here", "why": self.why}
        worst = max(self.measured, key=lambda m: self.excess(m.value))
        met = self.meets(worst.value)
        row |= {"measured": worst.value, "interval": worst.interval, "where": worst.where}
        row["certain"] = worst.interval is not None and all(self.meets(v) == met for v in worst.interval)
        return row | {"verdict": "met" if met else "missed"}


def at(report: dict, file: str, path: Sequence[str], name: str) -> list[Measured]:
    """The figure ``name`` under ``path``; nothing where it is undefined."""
    for key in path:
        report = report[key]
    if report.get(name) is None:
        return []
    return [
        Measured(report[name], report.get(f"{name}_interval"), f"{file}.json: {' / '.join([*path, name])}")
    ]


def common_targets(reports: Mapping[str, dict]) -> list[Target]:
    """On states of held-out rows, worded plainly and with noise."""
    targets = []
    for key, wording in WORDINGS.items():

        def of_states(name: str, kinds: Sequence[str] = BINDING, key: str = key) -> list[Measured]:
            return [m for k in kinds for m in at(reports["performance"], "performance", (key, k), name)]

        prefix = "" if key == "states" else "noisy_"
        by_evidence = f"{prefix}urgent_by_evidence"

        def of_bands(name: str, by: str = by_evidence) -> list[Measured]:
            return [
                m
                for band in reports["performance"][by]
                for m in at(reports["performance"], "performance", (by, band), name)
            ]

        recalls = of_states("urgent_recall", ALL_KINDS) + of_bands("urgent_recall")
        rows = (
            ("recall of urgent cases, every band", ">", 0.95, recalls),
            ("missed emergencies", "<", 0.02, of_states("missed_emergencies")),
            ("specificity of cases that are not urgent", ">", 0.8, of_states("urgent_specificity")),
            ("negative predictive value, balanced classes", ">", 0.98, of_states("urgent_npv")),
            ("macro-F1", ">", 0.85, of_states("macro_f1")),
            ("accuracy", ">", 0.9, of_states("top1")),
            ("disparate impact", "<", IMPACT_LIMIT, gaps(reports, key, "disparate_impact")),
            ("equal-opportunity difference", "<", OPPORTUNITY_LIMIT, gaps(reports, key, OPPORTUNITY)),
        )  # fmt: skip
        targets += [Target("asked for", f"{what}, {wording} states", a, v, m) for what, a, v, m in rows]
        ours = (
            (
                "recall of urgent cases with a symptom or sign of today, every band",
                ">=",
                0.98,
                of_bands("urgent_recall_of_complaining"),
            ),
            ("calibration error", "<=", 0.03, of_states("ece")),
            (
                "calibration error of every class ranked first 50 times or more",
                "<=",
                0.08,
                class_errors(reports, key),
            ),
            ("coverage of the prediction sets", "within", (0.88, 0.92), coverage(reports, key)),
        )
        targets += [Target("ours", f"{what}, {wording} states", a, v, m) for what, a, v, m in ours]
    return targets


def gaps(reports: Mapping[str, dict], key: str, measure: str) -> list[Measured]:
    """By sex and age, crude and standardised."""
    ways = [(by, way) for by in ("sex", "age") for way in ("crude", "standardised_by_condition")]
    return [
        m for k in BINDING for pair in ways for m in at(reports["subgroups"], "subgroups", (key, k, *pair), measure)
    ]  # fmt: skip


def class_errors(reports: Mapping[str, dict], key: str) -> list[Measured]:
    return [
        Measured(row["ece"], row["ece_interval"], f"calibration.json: {key} / {kind} / {row['condition']}")
        for kind in BINDING
        for row in reports["calibration"][key][kind]["by_class"]
    ]


def coverage(reports: Mapping[str, dict], key: str) -> list[Measured]:
    return [
        m for k in BINDING for m in at(reports["calibration"], "calibration", (key, k, "sets"), "coverage")
    ]


def whole_targets(whole: dict) -> list[Target]:
    """Of the merged list; a condition that no row stands for cannot be in a set and is left out of the coverage."""
    calibrated = at(whole, "whole", ("calibration",), "ece")
    groups = [name for name in whole["groups"] if not name.startswith("LEAKY")]
    covered = [m for g in groups for m in at(whole, "whole", ("groups", g), "set_coverage_of_listed")]
    what = "coverage of the prediction sets, every group of patients"
    return [
        Target(
            "ours", "calibration error of the merged list, kinds by the gate's prior", "<=", 0.03, calibrated
        ),
        Target("ours", what, "within", (0.88, 0.92), covered),
    ]


def orphan_targets(orphan: dict) -> list[Target]:
    """On published patients, none of whose papers is known to what scores them."""
    asked = (
        ("paper_not_in_knowledge", "micro", (0.28, 0.42, 0.57)),
        ("paper_not_in_knowledge", "macro", (0.38, 0.53, 0.69)),
        (SUPPORT_SPLIT, "micro", (0.28, 0.42, 0.57)),
    )
    splits = {s["name"]: s for s in orphan["splits"] if s.get("measured_here", True)}
    targets = []
    for name, mean, limits in asked:
        for k, limit in zip((1, 3, 10), limits, strict=True):
            measured = []
            if name in splits:
                value, *interval = splits[name][f"top_{k}"][mean]
                measured = [Measured(value, interval, f"orphan.json: splits / {name} / top_{k} / {mean}")]
            what = f"{name.replace('_', ' ')}: top-{k}, {mean}"
            targets.append(
                Target("to reach, orphan", what, ">=", limit, measured, "this split was not scored")
            )
    ece = orphan["calibration"]["ece_held_out"]
    measured = [Measured(ece, None, "orphan.json: calibration / ece_held_out")]
    targets.append(Target("to reach, orphan", "calibration error", "<=", 0.05, measured))
    for year, limits in (("2023-01", (0.34, 0.53, 0.69)), ("2025-05", (0.42, 0.6, 0.74))):
        for k, limit in zip((1, 3, 10), limits, strict=True):
            what = f"PhenoBrain's public test (873), knowledge of {year}: top-{k}"
            targets.append(Target("to reach, orphan", what, ">=", limit, why=KEPT_ELSEWHERE))
    return targets


def broad_targets() -> list[Target]:
    """What the broad layer's prototype reached on vignettes that stay unseen here."""
    pairs = zip((1, 3, 10), (0.3, 0.49, 0.68), strict=True)
    return [
        Target("breadth", f"400 vignettes written by physicians: top-{k}", ">=", limit, why=KEPT_ELSEWHERE)
        for k, limit in pairs
    ]


def targets(reports: Mapping[str, dict]) -> dict:
    """``targets.json``, from the reports ``performance``, ``calibration``, ``subgroups``, ``whole`` and ``orphan``."""
    own = common_targets(reports) + whole_targets(reports["whole"]) + orphan_targets(reports["orphan"])
    rows = [t.entry() for t in own + broad_targets()]
    verdicts = ("met", "missed", "not measurable here")
    return {
        "what": "Each target of the design; the worst of its figures decides. Of the common part only states with 30 % "
        "of the positive findings or more count, but for urgent recall, which must hold everywhere",
        "data": "common: simulated patients (DDXPlus); orphan: published patients (Phenopacket Store), the half here",
        "counts": {v: sum(r["verdict"] == v for r in rows) for v in verdicts},
        "missed": [
            f"{r['what']}: {r['measured']} (asked {r['asked']})" for r in rows if r["verdict"] == "missed"
        ],
        "rows": rows,
    }
