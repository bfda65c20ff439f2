"""Prediction sets: thresholds, what is in them, how often the truth is."""

import numpy as np
import pytest

from centinela_training.whole.sets import ENOUGH, Sets, all_in, columns, coverage, fit_sets, threshold


def test_columns_follow_the_bundle_s_order():
    assert columns(3, 2, 7).tolist() == [4, 4, 4, 0, 1, 3, 3, 2]


def test_the_threshold_is_the_quantile_with_the_finite_sample_correction():
    p = np.arange(1, 20) / 100

    assert threshold(p) == pytest.approx(0.02)
    assert threshold(p[:9]) == pytest.approx(0.01)
    assert threshold(p[:8]) == 0


def test_membership_is_by_class_and_band():
    column = columns(1, 1, 3)
    thresholds = np.tile([0.5, 0.4, 0.3, 0.2], (4, 1))
    thresholds[0] = 0.0
    p = np.array([[0.25, 0.45, 0.3, 0.35]])

    sets = Sets(thresholds, column)

    assert sets.members(p, np.array([0])).all()
    assert sets.members(p, np.array([2])).tolist() == [[True, True, True, False]]
    assert sets.members(p[:, [1, 0, 2, 3]] / 5, np.array([2])).tolist() == [[True, False, False, False]]


def simulated(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truths over 2 orphan, 3 trained, 2 broad conditions and none, the trained class 2 rare; what they got."""
    truth = rng.choice(8, n, p=[0.15, 0.15, 0.2, 0.2, 0.02, 0.1, 0.1, 0.08])
    return truth, rng.beta(1 + truth % 3, 2, n), rng.choice([1, 2, 4, 9], n)


def test_coverage_is_the_target_in_every_group_on_exchangeable_patients():
    rng = np.random.default_rng(3)
    column, severity = columns(2, 3, 7), np.array([1, 1, 1, 0])
    truth, p, findings = simulated(20_000, rng)
    sets = fit_sets(p, truth, findings, column, severity)
    truth, p, findings = simulated(20_000, rng)
    of = np.zeros((len(truth), 8))
    of[np.arange(len(truth)), truth] = p
    # Another outcome is likelier than all: none is in its set for being the likeliest.
    of[np.arange(len(truth)), (truth + 1) % 8] = 2

    covered = sets.members(of, findings)[np.arange(len(truth)), truth]

    assert covered.mean() == pytest.approx(0.9, abs=0.01)
    for c in range(6):
        assert covered[column[truth] == c].mean() == pytest.approx(0.9, abs=0.03)


def test_a_class_of_few_patients_takes_its_group_s_threshold():
    rng = np.random.default_rng(4)
    n = 300
    truth = np.concatenate([np.full(n, 0), np.full(ENOUGH - 1, 1), np.full(n, 2)])
    p = np.concatenate([rng.uniform(0.5, 1, n), np.full(ENOUGH - 1, 0.9), rng.uniform(0, 0.5, n)])
    sets = fit_sets(p, truth, np.full(len(truth), 4), columns(0, 2, 2), np.array([1, 1, 0]))

    own, few, other = sets.thresholds[3, :3]
    assert few == pytest.approx(threshold(p[truth < 2]), rel=1e-4)
    assert own == pytest.approx(threshold(p[truth == 0]), rel=1e-4)
    assert other < 0.1


def test_the_manifest_s_entry_says_the_same():
    sets = all_in(columns(2, 2, 5))
    entry = sets.entry()

    assert [b["min_findings"] for b in entry["bands"]] == [0, 2, 3, 4, 6, 8, 11]
    assert entry["bands"][0] == {"min_findings": 0, "trained": [0.0] * 3, "broad": 0.0, "orphan": 0.0}


def test_coverage_counts_and_sizes():
    assert coverage(np.array([True, True, False, True]), np.array([1, 2, 3, 100])) == {
        "n": 4,
        "coverage": 0.75,
        "size_median": 3,
        "size_90th_percentile": 100,
    }


def test_a_patient_as_likely_as_the_threshold_is_in_however_small_it_is():
    p = np.full(200, 1 / 3e9)
    sets = fit_sets(p, np.zeros(200, int), np.full(200, 4), columns(1, 1, 2), np.array([1, 0]))

    assert sets.members(np.array([[p[0], 1, 0]]), np.array([4]))[0, 0]
    assert not sets.members(np.array([[p[0] * 0.99, 1, 0]]), np.array([4]))[0, 0]
