import numpy as np
import pytest

from centinela_training import metrics
from centinela_training.orphan.patients import years


def test_a_report_by_hand():
    p = np.eye(3)[[0, 0, 1, 2]] * 0.8 + 0.2 / 3

    figures = metrics.report(p, np.array([0, 1, 1, 2]), np.arange(4))

    # class 0: precision 1/2, recall 1; class 1: 1/1, 1/2; class 2: 1, 1
    assert figures["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3, abs=1e-4)
    assert (figures["n"], figures["top1"], figures["top3"]) == (4, 0.75, 1)
    assert figures["ece"] == pytest.approx(0.8 + 0.2 / 3 - 0.75, abs=1e-4)


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
