"""Figures of the reports against scikit-learn's, and their intervals and gaps on made data."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_recall_fscore_support,
    roc_auc_score,
    top_k_accuracy_score,
)

from centinela_training.reports import calibration, classification
from centinela_training.reports.intervals import Clusters

CLASSES = 6


@pytest.fixture
def scored():
    """400 states of 100 rows, 5 of the 6 classes true of some; many probabilities are tied."""
    rng = np.random.default_rng(3)
    y = rng.integers(CLASSES - 1, size=400)
    p = rng.dirichlet(np.ones(CLASSES), 400) + 0.6 * np.eye(CLASSES)[y] * rng.random((400, 1))
    p = np.round(p, 1) + 1e-3
    return p / p.sum(1, keepdims=True), y, Clusters(np.arange(400) % 100, resamples=50)


def one_against_rest(score, p, y):
    return [score(y == c, p[:, c]) for c in range(CLASSES - 1)]


def test_areas_under_curves_are_those_of_scikit_learn(scored):
    p, y, clusters = scored

    areas = classification.curve_areas(p, y, clusters)

    assert areas["roc_auc"][0] == pytest.approx(one_against_rest(roc_auc_score, p, y))
    assert areas["average_precision"][0] == pytest.approx(one_against_rest(average_precision_score, p, y))


def test_resampled_areas_are_those_of_the_drawn_states(scored):
    p, y, clusters = scored
    drawn = np.repeat(np.arange(400), clusters.draws[7].astype(int)[clusters.of])

    areas = classification.curve_areas(p, y, clusters)

    for name, score in (("roc_auc", roc_auc_score), ("average_precision", average_precision_score)):
        assert areas[name][1][7] == pytest.approx(one_against_rest(score, p[drawn], y[drawn]))


def test_areas_are_averaged_over_the_classes(scored):
    p, y, clusters = scored

    figures = classification.curve_figures(classification.curve_areas(p, y, clusters))

    assert figures["roc_auc"] == pytest.approx(np.mean(one_against_rest(roc_auc_score, p, y)), abs=1e-4)
    expected = np.mean(one_against_rest(average_precision_score, p, y))
    assert figures["pr_auc"] == pytest.approx(expected, abs=1e-4)
    assert figures["pr_auc_interval"][0] < expected < figures["pr_auc_interval"][1]


def test_macro_f1_is_that_of_scikit_learn_over_the_classes_that_occur(scored):
    p, y, clusters = scored
    drawn = np.repeat(np.arange(400), clusters.draws[3].astype(int)[clusters.of])

    estimate = classification.macro_f1(p, y, clusters)

    by_sklearn = lambda i: f1_score(y[i], p[i].argmax(1), labels=np.unique(y[i]), average="macro")  # noqa: E731
    assert estimate.value == pytest.approx(by_sklearn(np.arange(400)))
    assert estimate.resampled[3] == pytest.approx(by_sklearn(drawn))


def test_figures_are_those_of_scikit_learn(scored):
    p, y, clusters = scored
    labels = np.arange(CLASSES)

    figures = classification.figures(p, y, clusters)

    assert figures["log_loss"] == pytest.approx(log_loss(y, p, labels=labels), abs=1e-4)
    assert figures["brier"] == pytest.approx(
        brier_score_loss(y, p, labels=labels, scale_by_half=False), abs=1e-4
    )
    # scikit-learn lets a tie pass, here it counts against the true class.
    assert figures["top3"] <= top_k_accuracy_score(y, p, k=3, labels=labels) + 1e-4
    assert figures["top1"] <= figures["top3"] <= figures["top5"]
    low, high = figures["top1_interval"]
    assert low < figures["top1"] < high


def test_class_figures_are_those_of_scikit_learn(scored):
    p, y, clusters = scored
    names = [f"class {c}" for c in range(CLASSES)]

    rows = classification.class_figures(p, y, names, clusters, classification.curve_areas(p, y, clusters))

    expected = precision_recall_fscore_support(y, p.argmax(1), labels=range(CLASSES - 1))
    for i, row in enumerate(rows):
        assert row["condition"] == names[i]
        got = [row["precision"], row["recall"], row["f1"], row["n"]]
        assert got == pytest.approx([part[i] for part in expected], abs=1e-4)
    assert len(rows) == CLASSES - 1


def test_a_tie_counts_against_the_true_class():
    p = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])

    assert classification.ranks(p, np.array([0, 2])).tolist() == [1, 0]


def test_intervals_are_wider_where_states_come_in_clusters():
    rng = np.random.default_rng(0)
    right = np.repeat(rng.random(50) < 0.6, 20).astype(float)

    clustered = Clusters(np.repeat(np.arange(50), 20)).mean(right).interval
    pretended = Clusters(np.arange(1000)).mean(right).interval

    assert clustered[1] - clustered[0] > 3 * (pretended[1] - pretended[0])


def test_copies_of_a_row_do_not_narrow_the_interval():
    values = (np.random.default_rng(0).random(200) < 0.5).astype(float)

    once = Clusters(np.arange(200)).mean(values)
    four_times = Clusters(np.tile(np.arange(200), 4)).mean(np.tile(values, 4))

    assert four_times.interval == pytest.approx(once.interval, abs=1e-6)


def test_intervals_are_the_same_every_time():
    values, rows = np.arange(60) % 7 == 0, np.arange(60) % 20

    assert Clusters(rows).mean(values).entry("x") == Clusters(rows).mean(values).entry("x")


def test_a_figure_of_nobody_is_null():
    estimate = Clusters(np.arange(5)).mean(np.ones(5), np.zeros(5, bool))

    assert estimate.entry("recall") == {"recall": None, "recall_interval": None}


def test_calibration_error_is_the_gap_between_stated_and_right():
    confidence = np.full(1000, 0.8)
    half_right, as_stated = np.arange(1000) % 2 == 0, np.arange(1000) % 10 < 8
    clusters = Clusters(np.arange(1000))

    assert calibration.calibration_error(confidence, half_right, clusters).value == pytest.approx(0.3)
    assert calibration.calibration_error(confidence, as_stated, clusters).value == pytest.approx(0)


def test_calibration_error_by_hand():
    """Two bins of 40: stated .9 and right 3 in 4, stated .5 and right 1 in 2."""
    confidence = np.repeat([0.9, 0.5], 40)
    right = np.concatenate([np.arange(40) % 4 > 0, np.arange(40) % 2 > 0])

    estimate = calibration.calibration_error(confidence, right, Clusters(np.arange(80)))

    assert estimate.value == pytest.approx(0.15 / 2)
    assert [b["n"] for b in calibration.reliability(confidence, right)] == [40, 40]


def test_error_by_chance_is_what_calibrated_probabilities_show():
    rng = np.random.default_rng(0)
    confidence, clusters = rng.random(400), Clusters(np.arange(400), resamples=1)

    errors = [
        calibration.calibration_error(confidence, rng.random(400) < confidence, clusters).value
        for _ in range(200)
    ]

    assert calibration.error_by_chance(confidence) == pytest.approx(np.mean(errors), rel=0.07)


def test_calibration_of_a_class_looks_where_it_is_ranked_first():
    p = np.tile([0.9, 0.1], (200, 1))
    p[100:] = [0.2, 0.8]
    y = np.concatenate([np.arange(100) % 2, np.ones(100)]).astype(int)

    first, second = calibration.class_errors(p, y, np.arange(200), ["over-confident", "under-confident"])

    assert (first["n"], first["ece"]) == (100, pytest.approx(0.4))
    assert (second["share_right"], second["ece"]) == (1, pytest.approx(0.2))


def test_a_class_ranked_first_too_seldom_is_not_judged():
    p = np.tile([0.9, 0.1], (200, 1))

    assert [
        r["condition"] for r in calibration.class_errors(p, np.zeros(200, int), np.arange(200), ["a", "b"])
    ] == ["a"]
