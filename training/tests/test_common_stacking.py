import numpy as np
import onnxruntime as ort
import pytest

from centinela_training.common import stacking

WIDTH = 9


def example(n, seed, members=3, classes=6):
    """The first member knows with much evidence, the second with little, the last never; all are always sure."""
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=n)
    x = np.zeros((n, WIDTH), np.float32)
    x[:, -2] = rng.integers(1, 12, n) / 20
    x[:, -1] = rng.integers(0, 6, n) / 20
    much = x[:, -2] > 0.25
    p = np.full((n, members, classes), 0.2 / (classes - 1), np.float32)
    for m, knows in enumerate((much, ~much, np.zeros(n, bool))):
        p[np.arange(n), m, np.where(knows, y, rng.integers(classes, size=n))] = 0.8
    return p, x, y


def run(meta, members, x):
    model = stacking.meta_onnx(meta, x.shape[1], members.shape[2])
    session = ort.InferenceSession(model.SerializeToString())
    return session.run(["p"], {"members": members, "x": x})[0]


def test_the_exported_meta_learner_equals_its_formula():
    members, x, y = example(3000, 1)
    meta = stacking.fit(members, x, y)

    p = run(meta, members, x)

    assert np.abs(p - stacking.pool(meta, members, x)).max() < 1e-6


def test_probabilities_sum_to_one_even_where_members_are_certain():
    members, x, y = example(500, 2)
    meta = stacking.fit(members, x, y)
    members[::2] = 0
    members[::2, :, 3] = 1

    p = run(meta, members, x)

    assert p.sum(1) == pytest.approx(np.ones(len(x)), abs=1e-5)
    assert np.isfinite(p).all()
    assert (p[::2].argmax(1) == 3).all()


def test_a_state_is_judged_alike_whatever_states_come_with_it():
    members, x, y = example(400, 3)
    meta = stacking.fit(members, x, y)
    order = np.random.default_rng(0).permutation(len(x))

    shuffled = run(meta, members[order], x[order])

    assert shuffled == pytest.approx(run(meta, members, x)[order], abs=1e-7)


def test_classes_permuted_alike_in_all_members_are_permuted_in_the_pool():
    members, x, y = example(400, 4)
    meta = stacking.fit(members, x, y)
    # "No relevant disease", the last class, has a term of its own.
    order = [2, 0, 1, 4, 3, 5]

    permuted = run(meta, members[:, :, order], x)

    assert permuted == pytest.approx(run(meta, members, x)[:, order], abs=1e-6)


def test_weights_follow_the_evidence():
    members, x, y = example(6000, 5)
    meta = stacking.fit(members, x, y)

    weights = stacking.softplus(stacking.evidence(members, x) @ meta.weights)

    much = x[:, -2] > 0.25
    assert weights[much, 0].mean() > weights[much, 1].mean()
    assert weights[~much, 1].mean() > weights[~much, 0].mean()
    assert weights[:, 2].mean() < 0.5 * weights[:, :2].mean()


def test_the_fit_is_deterministic_and_beats_equal_weights():
    members, x, y = example(3000, 6)
    fresh, fresh_x, fresh_y = example(3000, 7)
    at = np.arange(len(fresh_y))

    first, second = stacking.fit(members, x, y), stacking.fit(members, x, y)

    assert np.array_equal(first.weights, second.weights)
    equal = np.exp(np.log(fresh + stacking.EPSILON).mean(1))
    equal /= equal.sum(1, keepdims=True)
    pooled = stacking.pool(first, fresh, fresh_x)
    assert -np.log(pooled[at, fresh_y]).mean() < -np.log(equal[at, fresh_y]).mean()
