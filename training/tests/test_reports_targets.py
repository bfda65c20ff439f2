"""Verdicts on targets: met, missed, not measurable here."""

from __future__ import annotations

import pytest

from centinela_training.reports import comparison, targets
from centinela_training.reports.targets import Measured, Target


def verdict(asked, limit, *values, interval=None):
    return Target("ours", "it", asked, limit, [Measured(v, interval, "here") for v in values]).entry()


@pytest.mark.parametrize(
    ("asked", "limit", "value", "expected"),
    [
        (">", 0.95, 0.951, "met"),
        (">", 0.95, 0.95, "missed"),
        (">=", 0.95, 0.95, "met"),
        ("<", 0.05, 0.05, "missed"),
        ("<=", 0.05, 0.05, "met"),
        ("<", 1.2, 1.3, "missed"),
        ("within", (0.88, 0.92), 0.9, "met"),
        ("within", (0.88, 0.92), 0.93, "missed"),
        ("within", (0.88, 0.92), 0.87, "missed"),
    ],
)
def test_a_value_against_its_limit(asked, limit, value, expected):
    assert verdict(asked, limit, value)["verdict"] == expected


def test_the_worst_figure_decides():
    assert verdict(">", 0.9, 0.99, 0.85, 0.95)["measured"] == 0.85
    assert verdict("<", 0.1, 0.01, 0.2, 0.05)["measured"] == 0.2
    assert verdict("within", (0.88, 0.92), 0.90, 0.86, 0.93)["measured"] == 0.86


def test_a_verdict_is_certain_where_the_whole_interval_is_on_its_side():
    assert verdict(">", 0.9, 0.95, interval=[0.92, 0.97])["certain"]
    assert not verdict(">", 0.9, 0.95, interval=[0.88, 0.97])["certain"]
    assert verdict(">", 0.9, 0.8, interval=[0.75, 0.89])["certain"]


def test_what_was_not_measured_is_neither_met_nor_missed():
    entry = Target("ours", "it", ">", 0.9, why="no data").entry()

    assert (entry["measured"], entry["verdict"], entry["why"]) == (None, "not measurable here", "no data")


@pytest.fixture
def orphan():
    top = {f"top_{k}": {"micro": [0.3, 0.2, 0.4], "macro": [0.4, 0.3, 0.5]} for k in (1, 3, 10)}
    return {
        "splits": [
            {"name": "paper_not_in_knowledge", "n": 10} | top,
            {"name": targets.SUPPORT_SPLIT, "measured_here": False},
        ],
        "calibration": {"ece_held_out": 0.04},
    }


def test_orphan_targets_read_micro_and_macro_and_know_what_is_missing(orphan):
    rows = {r["what"]: r for r in (t.entry() for t in targets.orphan_targets(orphan))}

    assert rows["paper not in knowledge: top-1, micro"]["verdict"] == "met"
    assert rows["paper not in knowledge: top-3, micro"]["verdict"] == "missed"
    assert rows["paper not in knowledge: top-1, macro"]["measured"] == 0.4
    assert rows["calibration error"]["verdict"] == "met"
    unmeasured = [w for w, r in rows.items() if r["verdict"] == "not measurable here"]
    assert len([w for w in unmeasured if w.startswith("PhenoBrain")]) == 6
    assert len([w for w in unmeasured if w.startswith("paper left out")]) == 3


def test_no_anchor_passes_for_a_measurement_of_ours(orphan):
    figures = {m: 0.5 for m in comparison.COMMON_TOP} | {
        f"{m}_interval": [0.4, 0.6] for m in comparison.COMMON_TOP
    }
    performance = {"states": {kind: {"n": 5} | figures for kind in ("initial", "0.3")}}

    report = comparison.comparison({"orphan": orphan, "performance": performance})

    assert not any(r["measured_here"] or r["same_data"] for r in report["rows"])
    assert [r["leaky"] for r in report["rows"]] == sorted(r["leaky"] for r in report["rows"])
    exomiser = next(r for r in report["rows"] if r["who"] == "Exomiser")
    assert exomiser["ours"]["figures"]["top_1"] == [0.3, 0.2, 0.4]
    assert "paper_not_in_knowledge" in exomiser["ours"]["data"]


def test_targets_of_the_merged_list_leave_out_leaky_groups():
    group = lambda coverage: {"set_coverage_of_listed": coverage, "set_coverage_of_listed_interval": None}  # noqa: E731
    whole = {
        "calibration": {"ece": 0.02, "ece_interval": [0.01, 0.04]},
        "groups": {"common": group(0.91), "LEAKY published": group(0.99)},
    }

    calibrated, covered = (t.entry() for t in targets.whole_targets(whole))

    assert (calibrated["verdict"], calibrated["certain"]) == ("met", False)
    assert (covered["verdict"], covered["measured"]) == ("met", 0.91)
