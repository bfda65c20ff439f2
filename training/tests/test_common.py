import numpy as np
import onnxruntime as ort
import pytest

from centinela_training.common.ensemble import (
    Common,
    Ensemble,
    Tables,
    by_band,
    forest_onnx,
    naive_bayes_onnx,
    tempered,
    urgent_thresholds,
    xgboost_onnx,
)


def run(model, x):
    return ort.InferenceSession(model.SerializeToString()).run(["p"], {"x": x})[0]


@pytest.fixture(scope="module")
def states(ddxplus, vocabulary):
    common = Common(ddxplus, vocabulary, seed=5, scale=0.0, log=lambda _: None)
    sample = common.sample(1500)
    return common.encode(sample), common.targets(sample)


def test_naive_bayes_as_onnx_equals_its_formula():
    t = Tables(
        present=np.array([[0.9, 0.2], [0.3, 0.6]]),
        age=np.array([[0.5, 0.5], [0.1, 0.9]]),
        sex=np.array([[0.4, 0.6], [0.7, 0.3]]),
        prior=np.array([0.25, 0.75]),
    )
    x = np.array([[1, -1, 0, 1, 1, 0, 0.3, 0.05, 0.05]], np.float32)

    [p] = run(naive_bayes_onnx(t, x.shape[1]), x)

    odds = [0.25 * 0.9 * 0.8 * 0.5 * 0.4, 0.75 * 0.3 * 0.4 * 0.9 * 0.7]
    assert p == pytest.approx(np.array(odds) / sum(odds), abs=1e-6)


def test_the_pruned_forest_gives_the_forests_probabilities(states):
    from sklearn.ensemble import RandomForestClassifier

    x, y = states
    forest = RandomForestClassifier(8, max_leaf_nodes=60, random_state=0).fit(x, y)

    p = run(forest_onnx(forest, x.shape[1]), x)

    assert np.abs(p - forest.predict_proba(x)).max() < 1e-5


def test_the_booster_as_onnx_gives_the_boosters_probabilities(states):
    import xgboost

    x, y = states
    booster = xgboost.XGBClassifier(n_estimators=3, max_depth=4, random_state=0).fit(x, y)

    p = run(xgboost_onnx(booster, x.shape[1]), x)

    assert np.abs(p - booster.predict_proba(x)).max() < 1e-5


def test_temperature_one_changes_nothing_and_a_high_one_flattens():
    q = np.array([[0.7, 0.2, 0.1]])

    assert tempered(q, 1) == pytest.approx(q)
    assert tempered(q, 100).max() == pytest.approx(1 / 3, abs=0.01)


def test_calibration_recovers_the_temperature_that_blurred_the_truth():
    rng = np.random.default_rng(0)
    truth = rng.dirichlet([0.3] * 5, size=20_000)
    y = np.array([rng.choice(5, p=p) for p in truth])
    ensemble = Ensemble({})
    ensemble.mixture = lambda x: tempered(x, 2.0)

    ensemble.calibrate(truth, y, np.arange(len(y)) % 8)

    assert [t["min_findings"] for t in ensemble.temperatures] == [0, 2, 3, 6]
    assert [t["temperature"] for t in ensemble.temperatures] == pytest.approx([0.5] * 4, abs=0.05)


def test_thresholds_keep_the_urgent_recall_asked_for_in_every_band():
    rng = np.random.default_rng(1)
    p, urgent, findings = rng.random(40_000), rng.random(40_000) < 0.4, rng.integers(0, 10, 40_000)

    table = urgent_thresholds(p, urgent, findings)

    limits = by_band(table, "threshold", findings)
    for low, high in ((0, 2), (2, 3), (3, 6), (6, 99)):
        chosen = urgent & (findings >= low) & (findings < high)
        assert (p >= limits)[chosen].mean() >= 0.98


def test_states_that_no_threshold_can_reach_do_not_lower_it():
    rng = np.random.default_rng(2)
    p = rng.uniform(0.1, 1, 8000)
    p[::10] = 0

    table = urgent_thresholds(p, np.ones(8000, bool), np.arange(8000) % 8)

    assert all(row["threshold"] >= 0.1 for row in table)


def test_by_band_takes_the_last_band_reached():
    table = [{"min_findings": 0, "v": 1.0}, {"min_findings": 3, "v": 2.0}]

    assert by_band(table, "v", np.array([0, 2, 3, 50])).tolist() == [1, 1, 2, 2]
