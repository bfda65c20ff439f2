import numpy as np
import pytest

from centinela_training import metrics
from centinela_training.cases import years


def test_a_tie_counts_against_the_true_class():
    p = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])

    assert metrics.ranks(p, np.array([0, 2])).tolist() == [1, 0]


def test_macro_f1_by_hand():
    p = np.eye(3)[[0, 0, 1, 2]]

    # class 0: precision 1/2, recall 1; class 1: 1/1, 1/2; class 2: 1, 1
    assert metrics.macro_f1(p, np.array([0, 1, 1, 2])) == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)


def test_expected_calibration_error_is_the_gap_between_stated_and_right():
    p = np.tile([0.8, 0.2], (1000, 1))
    half_right, as_stated = np.arange(1000) % 2, (np.arange(1000) % 10 >= 8).astype(int)

    assert metrics.expected_calibration_error(p, half_right) == pytest.approx(0.3)
    assert metrics.expected_calibration_error(p, as_stated) == pytest.approx(0)


def test_urgency_by_hand():
    flagged, truly = np.array([1, 1, 0, 0, 1], bool), np.array([1, 1, 1, 0, 0], bool)

    figures = metrics.urgency(flagged, truly, np.arange(5))

    assert figures["urgent_recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["urgent_specificity"] == pytest.approx(1 / 2)


def test_copies_of_a_row_do_not_narrow_the_interval():
    values = np.random.default_rng(0).random(200) < 0.5
    once = metrics.interval(values.astype(float), np.arange(200))
    four = metrics.interval(np.tile(values, 4).astype(float), np.tile(np.arange(200), 4))

    assert four == pytest.approx(once, abs=1e-6)


@pytest.mark.parametrize(
    ("duration", "expected"), [("P5Y8M", 5.67), ("P3W", 0.06), ("P40Y", 40), ("P10DT3H", 0.03), (None, None)]
)
def test_ages_are_read_from_iso_durations(duration, expected):
    assert years(duration) == expected
