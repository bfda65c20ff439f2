"""The merged list: ranks, kinds and sets of a few made-up patients."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from centinela_training.reports import Listed, row_kinds, whole_report
from centinela_training.reports.kinds import NO_DISEASE
from centinela_training.reports.whole import KINDS, first_kinds, kind_matrix, prior_calibration, true_kinds
from centinela_training.simulate import State
from centinela_training.whole.patients import of_kind

# Two orphan rows, two trained ones of which the first is urgent, one of the broad layer.
KIND_OF_ROW = row_kinds(2, np.array([True, False]), 5)
URGENT, OTHER, BROAD, ORPHAN, WELL = KINDS


def listed(truth, first, top_p, none, true_rank, kind, published=False, findings=3) -> Listed:
    """Patients with the true rows, and of the prediction what the report reads."""
    n = len(truth)
    states = [State(list(range(findings)), [], 40, "F", "") for _ in range(n)]
    patients = of_kind(kind, states, truth, [f"row {i}" for i in range(n)], published)
    whole = SimpleNamespace(
        gate=np.tile([0.5, 0.3, 0.2], (n, 1)),
        top_rows=np.array(first)[:, None],
        top_p=np.array(top_p)[:, None],
        none=np.array(none),
        true_rank=np.array(true_rank),
        in_set=np.array(true_rank) == 1,
        set_size=np.arange(n) + 1,
    )
    return Listed(patients, whole, ["everything"])


def test_rows_are_of_the_kind_of_their_layer():
    assert KIND_OF_ROW.tolist() == [ORPHAN, ORPHAN, URGENT, OTHER, BROAD, WELL]


def test_well_is_first_where_it_is_likelier_than_the_first_condition():
    group = listed([5, 5], [3, 3], [0.6, 0.2], [0.3, 0.7], [2, 1], kind=0)

    assert first_kinds(group, KIND_OF_ROW).tolist() == [OTHER, NO_DISEASE]
    assert true_kinds(group, KIND_OF_ROW).tolist() == [WELL, WELL]


def test_a_truth_without_a_row_keeps_its_kind_and_is_a_miss(tmp_path):
    group = listed([0, -1], [0, 0], [0.8, 0.8], [0, 0], [1, 0], kind=2, published=True)

    report = whole_report(tmp_path, {"published": group}, KIND_OF_ROW)

    assert true_kinds(group, KIND_OF_ROW).tolist() == [ORPHAN, ORPHAN]
    figures = report["groups"]["published"]
    assert (figures["top1"], figures["top10"], figures["mrr"]) == (0.5, 0.5, 0.5)
    assert (figures["without_a_row"], figures["published_patients"]) == (1, True)
    assert figures["ece"] == pytest.approx(0.3)


def test_kinds_are_counted_by_number_of_findings():
    few = listed([2, 3], [2, 0], [0.5, 0.5], [0, 0], [1, 2], kind=0, findings=2)
    many = listed([4], [4], [0.5], [0], [1], kind=1, findings=9)

    matrix = kind_matrix({"few": few, "many": many}, KIND_OF_ROW, 1, 4)

    counts = np.array(matrix["rows_true_columns_said"])
    assert counts.sum() == 2
    assert counts[KINDS.index(URGENT), KINDS.index(URGENT)] == 1
    assert counts[KINDS.index(OTHER), KINDS.index(ORPHAN)] == 1


def test_leaky_groups_come_last_and_out_of_the_matrix(tmp_path):
    honest = listed([0], [0], [0.5], [0], [1], kind=2, published=True)
    leaky = listed([1], [1], [0.9], [0], [1], kind=2, published=True)

    report = whole_report(tmp_path, {"honest": honest, "LEAKY": leaky}, KIND_OF_ROW)

    assert np.sum([m["rows_true_columns_said"] for m in report["kind_ranked_first"].values()]) == 1
    assert list(report["groups"]) == ["honest", "LEAKY"]
    with pytest.raises(ValueError, match="leaky group"):
        whole_report(tmp_path, {"LEAKY": leaky, "honest": honest}, KIND_OF_ROW)


def test_sets_are_reported_by_number_of_findings(tmp_path):
    group = listed([2, 3, 2, 3], [2, 3, 2, 2], [0.5] * 4, [0] * 4, [1, 1, 1, 3], kind=0, findings=6)

    figures = whole_report(tmp_path, {"common": group}, KIND_OF_ROW)["groups"]["common"]

    assert (figures["set_coverage"], figures["set_size"]) == (0.75, 2.5)
    assert list(figures["by_findings"]) == ["5 to 7"]
    assert figures["by_findings"]["5 to 7"]["set_coverage"] == 0.75
    for name in ("whole_kinds.png", "whole_reliability.png", "sets.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_calibration_gives_each_kind_its_share_of_the_prior():
    common = listed([2] * 50, [2] * 50, [0.7] * 50, [0] * 50, [1] * 50, kind=0)
    orphan = listed([0] * 500, [1] * 500, [0.7] * 500, [0] * 500, [2] * 500, kind=2, published=True)

    calibrated = prior_calibration({"common": common, "orphan": orphan})

    assert calibrated["shares"] == {"common": 0.8182, "orphan": 0.1818}
    right = np.average([b["accuracy"] for b in calibrated["reliability"]])
    assert calibrated["ece"] == pytest.approx(0.45 / 0.55 * 0.3 + 0.1 / 0.55 * 0.7, abs=0.02)
    assert 0 < right < 1
