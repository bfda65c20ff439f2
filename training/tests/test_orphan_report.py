"""Arithmetic of the orphan report on numbers small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from centinela_training.orphan import report as orphan_report


def test_macro_weighs_every_disease_alike():
    values = np.array([1, 1, 1, 0])
    result = orphan_report.intervals(values, ["a", "a", "a", "b"], ["x", "x", "x", "y"])
    assert result["micro"][0] == 0.75
    assert result["macro"][0] == 0.5


def test_intervals_draw_whole_cohorts():
    values = np.repeat([1.0, 0.0], 50)
    one_case_a_cohort = orphan_report.intervals(values, [str(i) for i in range(100)], ["x"] * 100)["micro"]
    two_cohorts = orphan_report.intervals(values, ["a"] * 50 + ["b"] * 50, ["x"] * 100)["micro"]
    assert 0.35 < one_case_a_cohort[1] < 0.45 and 0.55 < one_case_a_cohort[2] < 0.65
    assert two_cohorts[1:] == [0, 1]


def test_intervals_are_reproducible():
    values, cohorts = np.arange(30) % 3 == 0, [str(i % 7) for i in range(30)]
    first, second = (orphan_report.intervals(values, cohorts, cohorts) for _ in range(2))
    assert first == second


def test_posterior_is_a_softmax_over_a_temperature():
    p = orphan_report.posterior(np.array([[2.0, 0.0, 0.0]]), 2.0)
    assert p[0] == pytest.approx(np.array([np.e, 1, 1]) / (np.e + 2))


def test_posterior_survives_large_scores():
    assert orphan_report.posterior(np.array([1e4, 0.0]), 1.0) == pytest.approx([1, 0])


def test_fitted_temperature_is_the_one_the_labels_were_drawn_with():
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 6, (6_000, 20))
    p = orphan_report.posterior(scores, 3.0)
    rows = np.array([rng.choice(20, p=q) for q in p])
    assert orphan_report.fit_temperature(scores, rows) == pytest.approx(3.0, rel=0.06)


def test_calibration_error_by_hand():
    confidence, right = np.array([0.9, 0.9, 0.5, 1.0]), np.array([1.0, 0.0, 1.0, 1.0])
    error, bins = orphan_report.calibration_error(confidence, right)
    assert error == pytest.approx((2 * 0.4 + 0.5 + 0) / 4)
    assert [b["n"] for b in bins] == [1, 2, 1]


def test_calibration_is_measured_on_cohorts_it_was_not_fitted_on():
    rng = np.random.default_rng(1)
    scores = rng.normal(0, 6, (4_000, 10))
    rows = np.array([rng.choice(10, p=q) for q in orphan_report.posterior(scores, 2.0)])
    result = orphan_report.calibrate(scores, rows, np.arange(4_000) % 2)
    assert result["temperature"] == pytest.approx(2.0, rel=0.1)
    assert result["ece_held_out"] < 0.04
    assert [h["held_n"] for h in result["halves"]] == [2_000, 2_000]
    assert sum(b["n"] for b in result["ece_bins"]) == 4_000
