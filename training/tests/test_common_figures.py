import json

import numpy as np
import pytest

from centinela_training.common import cross_validation, imbalance, search
from centinela_training.common.ensemble import Common
from centinela_training.common.figures import AMOUNTS, TROUBLES, robustness, states_per_class, troubled
from centinela_training.common.net import NET
from centinela_training.softmax import softmax

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def common(ddxplus, vocabulary) -> Common:
    return Common(ddxplus, vocabulary, seed=9, scale=0.0, log=lambda _: None)


@pytest.mark.parametrize("kind", ["initial", "0.3"])
def test_every_class_has_as_many_states_all_of_its_own_test_rows(common, kind):
    states = states_per_class(common, kind, n=20)

    counts = {c: sum(s.condition == c for s in states) for c in common.ddxplus.conditions}
    assert set(counts.values()) == {20}
    for s in states:
        row = common.ddxplus.test[s.row]
        assert (s.condition, s.age, s.sex) == (row.condition, row.age, row.sex)


def test_initial_complaints_are_drawn_anew(common):
    states = states_per_class(common, "initial", n=100)

    complaints = {tuple(s.present) for s in states if s.row == states[0].row}
    assert len(complaints) > 1


def test_each_trouble_changes_one_finding(common):
    for i, row in enumerate(common.ddxplus.test[::40]):
        variants = troubled(common.simulator, row, "0.3", i)
        told = variants["none"].present

        assert list(variants) == list(TROUBLES)
        assert len(variants["one_wrong"].present) == len(told) + 1
        assert len(variants["one_missing"].present) == max(1, len(told) - 1)
        [denied] = variants["one_denied"].absent
        assert denied not in variants["one_denied"].present
        assert not variants["none"].absent


class Fixed:
    """Members and ensemble that know the condition of every row but one in ten."""

    def __init__(self, common):
        self.common = common

    def members(self, x):
        return {"naive_bayes.onnx": np.full((len(x), 50), 0.02)}

    def predict(self, x, findings):
        y = np.array([self.common.class_of[r.condition] for r in self.common.ddxplus.test])
        y = np.tile(y, len(x) // len(y))
        p = np.full((len(x), 50), 0.01)
        p[np.arange(len(x)), np.where(np.arange(len(x)) % 10 == 0, 49, y)] = 0.51
        return p


def test_the_robustness_table_has_every_amount_member_and_trouble(common):
    common.ddxplus.test = common.ddxplus.test[::7]

    table = robustness(common, Fixed(common), [{"min_findings": 0, "threshold": 0.6}])

    assert list(table) == list(AMOUNTS.values())
    for members in table.values():
        assert list(members) == ["naive_bayes", "stacked"]
        assert list(members["stacked"]) == list(TROUBLES)
        for figures in members["stacked"].values():
            assert figures["top1"] == pytest.approx(0.9, abs=0.001)
            assert 0.6 < figures["urgent_recall"] < 1


def test_folds_part_every_row_once_and_every_condition_evenly(ddxplus):
    folds = cross_validation.split(ddxplus, seed=1)

    assert len(folds) == 5
    assert len({row for fold in folds for row in fold}) == sum(len(fold) for fold in folds)
    for condition in ddxplus.conditions:
        sizes = [sum(c == condition for c, _ in fold) for fold in folds]
        assert sum(sizes) == len(ddxplus.pool[condition])
        assert max(sizes) - min(sizes) <= 1


def test_what_a_fold_is_fitted_on_has_none_of_its_rows(ddxplus):
    fold = cross_validation.split(ddxplus, seed=1)[2]

    rest = cross_validation.without(ddxplus, fold)

    held = {id(ddxplus.pool[c][i]) for c, i in fold}
    assert rest.test and {id(row) for row in rest.test} <= held
    assert not held & {id(row) for rows in rest.pool.values() for row in rows}
    assert not held & {id(row) for row in rest.relabelled}
    assert not {id(row) for row in ddxplus.test} & {id(row) for row in rest.test}


def test_mean_and_spread_over_the_folds():
    folds = [{"kind": dict.fromkeys(cross_validation.FIGURES, v)} for v in (0.5, 0.7)]

    summary = cross_validation.summary(folds)

    assert summary["kind"]["top1"] == {"mean": 0.6, "sd": 0.1414}


def test_focal_loss_has_the_gradient_of_its_formula():
    rng = np.random.default_rng(0)
    logits, y = rng.normal(size=(6, 4)), rng.integers(4, size=6)
    at = np.arange(6)

    def loss(z):
        p = softmax(z)[at, y]
        return -((1 - p) ** 2) * np.log(p)

    gradient, curvature = imbalance.focal_gradient(logits, y, 2.0)

    for c in range(4):
        step = np.zeros((6, 4))
        step[:, c] = 1e-5
        assert gradient[:, c] == pytest.approx((loss(logits + step) - loss(logits - step)) / 2e-5, abs=1e-6)
    assert (curvature > 0).all()


def test_class_weights_give_every_class_the_same_sum():
    y = np.array([0, 0, 0, 1, 2, 2])

    weights = imbalance.class_weights(y, 3)

    assert np.bincount(y, weights) == pytest.approx([2, 2, 2])


def test_smote_brings_the_rare_to_the_mean_and_leaves_the_rest():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [30, 6])
    x = rng.normal(size=(36, 3))

    more, classes = imbalance.oversampled(x, y, seed=0)

    assert np.bincount(classes).tolist() == [30, 18]
    assert np.array_equal(more[:36], x)


def test_the_search_keeps_its_trials_and_goes_on_from_them(tmp_path):
    def objective(trial):
        trial.set_user_attr("seconds", 0.1)
        alpha = trial.suggest_float("net_alpha", 1e-5, 1e-1, log=True)
        return (np.log10(alpha) + 2) ** 2 + trial.suggest_int("net_epochs", 5, 25) / 100

    first = search.search(objective, tmp_path, trials=3, seed=1)
    second = search.search(objective, tmp_path, trials=2, seed=1)

    assert first["trials"] == 3 and second["trials"] == 5
    assert first["first"]["parameters"] == {"net_alpha": NET["alpha"], "net_epochs": NET["epochs"]}
    assert second["all"][:3] == first["all"]
    assert second["best"]["log_loss"] == min(t["log_loss"] for t in second["all"])
    assert json.loads((tmp_path / "search.json").read_text()) == second
    assert (tmp_path / "search.png").read_bytes().startswith(b"\x89PNG")
