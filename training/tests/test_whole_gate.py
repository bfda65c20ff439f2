"""The gate: what it reads, what it learns, what it says of nobody."""

import numpy as np
import onnxruntime as ort
import pytest
from whole_parts import FEVER, TALL, predictor, state

from centinela_training.whole.evidence import information_content, read_evidence
from centinela_training.whole.gate import (
    FEATURES,
    PRIOR,
    SILENT,
    Gate,
    fit_gate,
    gate_features,
    gate_onnx,
    log_mean_exp,
)


def named(x: np.ndarray) -> dict[str, float]:
    return dict(zip(FEATURES, x.tolist(), strict=True))


def test_information_is_that_of_the_most_telling_term_implied(vocabulary):
    having = np.zeros(len(vocabulary.ids), int)
    having[vocabulary.index[FEVER]] = 3
    ic = information_content(np.concatenate([[0], np.cumsum(having)]), 6, vocabulary)

    below = [i for i, closure in enumerate(vocabulary.closures) if vocabulary.index[FEVER] in closure]
    assert len(below) > 1
    assert ic[below] == pytest.approx(np.log(2))
    assert ic.sum() == pytest.approx(len(below) * np.log(2))


def test_features_are_those_of_the_definition(vocabulary):
    scorer = predictor(vocabulary)
    states = [state(vocabulary, FEVER, TALL)]
    summary = np.array([[6.0, 0.5, 0.4, 0.3, 2.0, 3.0]])
    evidence = read_evidence(states, scorer.orphan.query, summary, scorer.ic, vocabulary)
    lr = scorer.orphan.lr(states)
    common = np.array([[0.7, 0.2, 0.1]])

    x = named(gate_features(evidence, lr, 4, common, summary, np.array([0.25]))[0])

    assert x["orphan_mean"] == pytest.approx(np.log(np.mean(np.exp(lr[0, :4]))) / np.sqrt(2))
    assert x["orphan_best"] == pytest.approx(1.0)
    assert x["common_best"] == pytest.approx(0.4)
    assert x["common_top"] == pytest.approx(0.7)
    assert x["well"] == pytest.approx(0.1)
    assert x["scored_share"] == 1
    assert x["ic_mean"] == pytest.approx((np.log(2) + np.log(6)) / 2)
    assert x["ic_max"] == pytest.approx(np.log(6))
    assert x["ln_findings"] == pytest.approx(np.log(4))
    assert x["broad_best"] == pytest.approx(2.0)
    assert [x[f"broad_{name}"] for name in ("coverage", "top_explained", "top", "entropy")] == pytest.approx(
        [0.5, 0.4, 0.3, 2.0]
    )
    assert x["broad_trained"] == pytest.approx(np.log(0.25), abs=1e-5)
    assert x["broad_trained*ln_findings"] == pytest.approx(np.log(0.25) * np.log(4), abs=1e-4)
    assert x["ic_mean*ln_findings"] == pytest.approx(x["ic_mean"] * x["ln_findings"])


def test_log_mean_exp_survives_large_numbers():
    assert log_mean_exp(np.array([[1000.0, 1000.0]])) == pytest.approx(1000)


@pytest.fixture(scope="module")
def learnt():
    """Three kinds that one feature parts, on another scale and with a feature that never changes."""
    rng = np.random.default_rng(0)
    kind = np.repeat([0, 1, 2], 200)
    x = np.column_stack([1000 * kind + rng.normal(0, 300, 600), np.full(600, 7.0)])
    return x, kind, fit_gate(x, kind, np.ones(600))


def test_it_learns_whatever_the_scale(learnt):
    x, kind, model = learnt
    p = ort.InferenceSession(model.SerializeToString()).run(["p"], {"f": x.astype(np.float32)})[0]

    assert p.sum(1) == pytest.approx(1, abs=1e-5)
    odds = p / np.array(PRIOR)
    assert (odds.argmax(1) == kind).mean() > 0.9


def test_the_same_patients_give_the_same_bytes(learnt):
    x, kind, model = learnt
    again = fit_gate(x, kind, np.ones(len(x)))
    assert again.SerializeToString(deterministic=True) == model.SerializeToString(deterministic=True)


def test_features_that_tell_nothing_leave_the_prior():
    rng = np.random.default_rng(1)
    x, kind = rng.normal(size=(3000, 4)), np.repeat([0, 1, 2], 1000)
    model = fit_gate(x, kind, np.ones(3000))
    p = ort.InferenceSession(model.SerializeToString()).run(["p"], {"f": x.astype(np.float32)})[0]

    assert p.mean(0) == pytest.approx(np.array(PRIOR), abs=0.02)


def test_nobody_s_findings_get_the_prior_whatever_the_model_says():
    n = len(FEATURES)
    gate = Gate(gate_onnx(np.zeros((n, 3)), np.array([0.0, 0.0, 9.0])).SerializeToString())
    told = np.zeros((2, n), np.float32)
    told[1, FEATURES.index("ln_findings")] = np.log(5)

    p = gate.predict(told)

    assert p[0] == pytest.approx(SILENT)
    assert p[1, 2] > 0.99


def test_few_findings_never_make_an_orphan_patient():
    n = len(FEATURES)
    gate = Gate(gate_onnx(np.zeros((n, 3)), np.log([0.02, 0.08, 0.9])).SerializeToString())
    told = np.zeros((4, n), np.float32)
    told[:, FEATURES.index("ln_findings")] = np.log1p([1, 2, 3, 4])

    p = gate.predict(told)

    assert p[:, 2] == pytest.approx([0.19, 0.4, 0.65, 0.9], abs=1e-6)
    assert p[:, 1] / p[:, 0] == pytest.approx([4] * 4, rel=1e-4)
    assert p.sum(1) == pytest.approx(1)


def test_one_finding_never_makes_a_trained_condition_likelier_than_before():
    n = len(FEATURES)
    gate = Gate(gate_onnx(np.zeros((n, 3)), np.log([0.9, 0.08, 0.02])).SerializeToString())
    told = np.zeros((4, n), np.float32)
    told[:, FEATURES.index("ln_findings")] = np.log1p([1, 2, 1, 1])
    told[2:, FEATURES.index("well")] = 0.4, 0.9

    p = gate.predict(told)

    assert p[0] == pytest.approx([PRIOR[0], 0.53, 0.02], abs=1e-6)
    assert p[1] == pytest.approx([0.9, 0.08, 0.02], abs=1e-6)
    # Health is not held back with them.
    assert p[2] == pytest.approx([PRIOR[0] / 0.6, 0.98 - PRIOR[0] / 0.6, 0.02], abs=1e-6)
    assert p[3] == pytest.approx([0.9, 0.08, 0.02], abs=1e-6)
