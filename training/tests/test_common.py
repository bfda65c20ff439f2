import numpy as np
import onnxruntime as ort
import pytest

from centinela_training.common import trees
from centinela_training.common.bands import URGENT_CAP, by_band, tempered, urgent_thresholds
from centinela_training.common.ensemble import MEMBERS, META, Common, Ensemble, reserve, serialized
from centinela_training.common.naive_bayes import Tables, naive_bayes_onnx
from centinela_training.common.net import fit_net, net_onnx
from centinela_training.common.trees import forest_onnx, xgboost_onnx


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


def test_the_net_as_onnx_gives_the_nets_probabilities(states):
    x, y = states
    net = fit_net(x, y, seed=0, hidden=16, epochs=2)

    p = run(net_onnx(net, x.shape[1]), x)

    assert np.abs(p - net.predict_proba(x)).max() < 1e-6
    assert p.sum(1) == pytest.approx(np.ones(len(x)), abs=1e-5)


def test_the_net_is_the_same_for_the_same_seed(states):
    x, y = states

    first, second = (net_onnx(fit_net(x, y, seed=4, hidden=8, epochs=1), x.shape[1]) for _ in range(2))

    assert first.SerializeToString() == second.SerializeToString()


def test_reserved_rows_are_in_no_pool_and_leave_every_condition_most_of_its_rows(ddxplus):
    rest, blend, calibration = reserve(ddxplus)

    pooled = {id(row) for rows in rest.pool.values() for row in rows}
    assert blend and calibration
    assert not pooled & {id(row) for row in blend + calibration}
    assert not {id(row) for row in blend} & {id(row) for row in calibration}
    for condition in ddxplus.conditions:
        assert len(rest.pool[condition]) >= 0.8 * len(ddxplus.pool[condition])


@pytest.fixture(scope="module")
def fitted(ddxplus, vocabulary):
    common = Common(ddxplus, vocabulary, seed=6, scale=0.01, log=lambda _: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(trees.BOOSTER, "n_estimators", 5)
        patch.setitem(trees.FOREST, "n_estimators", 8)
        models, _ = common.fit()
    return common, Ensemble(serialized(models))


def test_the_whole_is_better_than_chance_and_its_probabilities_sum_to_one(fitted):
    common, ensemble = fitted
    states = common.held_out(common.ddxplus.test[::7], ("0.5",), noise=False)
    x, y = common.encode(states), common.targets(states)

    p = ensemble.predict(x, np.full(len(x), 5))

    assert set(ensemble.sessions) == {*MEMBERS, META}
    assert p.sum(1) == pytest.approx(np.ones(len(x)), abs=1e-6)
    assert (p.argmax(1) == y).mean() > 0.6


def test_the_stack_has_less_log_loss_than_its_members_on_average(fitted):
    common, ensemble = fitted
    states = common.calibration_states()
    x, y = common.encode(states), common.targets(states)
    loss = lambda p: -np.log(p[np.arange(len(y)), y] + 1e-12).mean()  # noqa: E731

    members = [loss(p) for p in ensemble.members(x).values()]

    assert loss(ensemble.mixture(x)) < min(members)


def test_temperature_one_changes_nothing_and_a_high_one_flattens():
    q = np.array([[0.7, 0.2, 0.1]])

    assert tempered(q, 1) == pytest.approx(q)
    assert tempered(q, 100).max() == pytest.approx(1 / 3, abs=0.01)


def test_calibration_recovers_the_temperature_that_blurred_the_truth_but_never_sharpens_one_finding():
    rng = np.random.default_rng(0)
    truth = rng.dirichlet([0.3] * 5, size=20_000)
    y = np.array([rng.choice(5, p=p) for p in truth])
    ensemble = Ensemble({})
    ensemble.mixture = lambda x: tempered(x, 2.0)

    ensemble.calibrate(truth, y, np.arange(len(y)) % 8)

    assert [t["min_findings"] for t in ensemble.temperatures] == [0, 2, 3, 6]
    assert [t["temperature"] for t in ensemble.temperatures] == pytest.approx([1, 0.5, 0.5, 0.5], abs=0.05)


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

    assert [row["threshold"] for row in table] == [URGENT_CAP] * 4


def test_by_band_takes_the_last_band_reached():
    table = [{"min_findings": 0, "v": 1.0}, {"min_findings": 3, "v": 2.0}]

    assert by_band(table, "v", np.array([0, 2, 3, 50])).tolist() == [1, 1, 2, 2]
