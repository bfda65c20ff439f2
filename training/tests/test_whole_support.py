"""Out-of-distribution and sufficiency scores."""

from dataclasses import replace

import numpy as np
import pytest

from centinela_training.whole.evidence import Evidence
from centinela_training.whole.support import (
    LEAST_PATTERN,
    OOD_FROM,
    PATTERN_BANDS,
    Support,
    fit_enough,
    fit_of,
    fit_unlike,
    unfitted,
)


def evidence(scored: np.ndarray) -> Evidence:
    zero = np.zeros(len(scored))
    told = Evidence(*[zero] * 9)
    return replace(told, present=scored, scored=scored, attainable=scored * 2.0)


@pytest.fixture(scope="module")
def fitted():
    """Patients whose best condition explains 60 to 100 % of what can be."""
    rng = np.random.default_rng(0)
    scored = rng.choice([3, 5, 7, 12], 20_000).astype(float)
    lr = (scored * 2 * rng.uniform(0.6, 1, len(scored)))[:, None]
    support = replace(unfitted(), unlike=fit_unlike(lr[:, 0] / (scored * 2), scored, np.ones(len(scored))))
    return support, scored, lr


def test_one_patient_in_a_hundred_of_those_it_knows_is_flagged(fitted):
    support, scored, lr = fitted
    score = support.ood(evidence(scored), lr)

    assert (score >= OOD_FROM).mean() == pytest.approx(0.01, abs=0.002)
    assert 0 <= score.min() <= score.max() <= 1


def test_a_pattern_that_nothing_explains_is_unlike_all(fitted):
    support = fitted[0]
    assert support.ood(evidence(np.array([5.0])), np.array([[1.0, 2.0]])) == pytest.approx([1.0])


def test_the_better_explained_the_less_unlike(fitted):
    support = fitted[0]
    scores = support.ood(evidence(np.full(50, 6.0)), np.linspace(0, 12, 50)[:, None])
    assert np.all(np.diff(scores) <= 1e-12)


def test_few_findings_make_no_pattern(fitted):
    support = fitted[0]
    few = np.arange(LEAST_PATTERN, dtype=float)
    assert support.ood(evidence(few), np.full((len(few), 1), -5.0)).tolist() == [0] * len(few)


def test_weights_count(fitted):
    scored = np.tile([float(b) for b in PATTERN_BANDS], 100)
    fit = np.tile(np.linspace(0, 1, 100)[:, None], (1, len(PATTERN_BANDS))).ravel()
    curves = fit_unlike(fit, scored, np.where(fit > 0.5, 1.0, 1e-9))
    median = dict((round(y, 3), x) for x, y in curves[0])[0.5]
    assert median == pytest.approx(0.75, abs=0.02)


def test_equal_fits_are_no_sign_of_unlikeness():
    scored = np.repeat([float(b) for b in PATTERN_BANDS], 100)
    curves = fit_unlike(np.ones(len(scored)), scored, np.ones(len(scored)))
    assert curves[0] == [[1.0, 0.0]]


def test_fit_is_the_best_condition_s_share_of_the_attainable():
    assert fit_of(evidence(np.array([3.0])), np.array([[1.5, 3.0, -1.0]])) == pytest.approx([0.5])


def test_what_the_broad_layer_explains_better_counts():
    told = replace(evidence(np.array([3.0, 3.0])), coverage=np.array([0.7, 0.2]))
    assert fit_of(told, np.array([[3.0], [3.0]])) == pytest.approx([0.7, 0.5])


def test_sufficiency_ascends_and_is_what_was_seen():
    rng = np.random.default_rng(1)
    n = 20_000
    top3, findings = rng.uniform(0, 1, n), rng.choice([1, 2, 4, 8], n).astype(float)
    hit = rng.random(n) < top3**2
    support = Support([], fit_enough(top3, hit, findings, np.ones(n)))
    told = evidence(np.full(4, 4.0))

    scores = support.sufficiency(
        told, np.array([[0.1, 0, 0], [0.3, 0.1, 0.1], [0.5, 0.2, 0.1], [0.9, 0.1, 0]])
    )

    assert np.all(np.diff(scores) > 0)
    assert scores[1] == pytest.approx(0.25, abs=0.06)


def test_unfitted_it_says_nothing():
    assert unfitted().sufficiency(evidence(np.array([1.0])), np.array([[0.9, 0.1, 0]])).tolist() == [0]
