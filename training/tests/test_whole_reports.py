"""Golden cases and the figures of gate and support, on the stand-in parts."""

import copy

import numpy as np
import pytest
from whole_parts import CHEST_PAIN, FEVER, N_ROWS, TALL, predictor, state

from centinela_training.whole.fit import Served
from centinela_training.whole.gate_report import SIZES, gate_report, patients_of_size, reaching
from centinela_training.whole.golden import WRITTEN, golden_case
from centinela_training.whole.patients import of_kind, together
from centinela_training.whole.requests import Names
from centinela_training.whole.support import OOD_FROM, Support
from centinela_training.whole.support_report import at_random, mixed_up, reliability, support_report


@pytest.fixture(scope="module")
def scorer(vocabulary):
    return predictor(vocabulary)


@pytest.fixture(scope="module")
def names(vocabulary):
    return Names(vocabulary)


@pytest.fixture(scope="module")
def patients(vocabulary):
    told = [
        FEVER,
        TALL,
        CHEST_PAIN,
        "HP:0012735",
        "HP:0002315",
        "HP:0002027",
        "HP:0002018",
        "HP:0002013",
        "HP:0012378",
    ]
    long = state(vocabulary, *told)
    groups = [of_kind(k, [long] * 40, [-1] * 40, [f"{k} {i // 4}" for i in range(40)]) for k in range(3)]
    return together(groups)


def test_a_golden_case_holds_together(scorer, names):
    codes = [f"C:{i}" for i in range(N_ROWS)]
    request = {"symptoms": {FEVER: 5, TALL: 3}, "absent": [CHEST_PAIN], "age": 40, "gender": "F"}
    case = golden_case(scorer, names, codes, "both", request)

    assert sum(case["common"]) == pytest.approx(1)
    assert sum(case["gate"]) == pytest.approx(1)
    assert sum(entry["probability"] for entry in case["top"]) + case["none"] == pytest.approx(1)
    shown = [(-entry["probability"], entry["code"]) for entry in case["top"]]
    assert shown == sorted(shown)
    assert case["set"] == {"least": N_ROWS, "size": N_ROWS, "most": N_ROWS}
    assert case["lr"][0] == {"row": 0, "score": 2.0}
    assert sum(entry["probability"] for entry in case["orphan"]) == pytest.approx(1)


def test_the_written_requests_name_findings_that_exist(names):
    for request in WRITTEN.values():
        for key in ("symptoms", "absent", "medical_history"):
            for name in request.get(key, ()):
                names.resolve(name)


def test_patients_of_a_size_have_it(patients):
    chosen = patients_of_size(patients, 5, 5, np.random.default_rng(0))
    assert {len(s.present) for s in chosen.states} == {5}
    assert np.bincount(chosen.kind).tolist() == [40] * 3
    assert len(patients_of_size(patients, 10, 12, np.random.default_rng(0))) == 0


def test_the_gate_s_report_and_its_picture(patients, tmp_path):
    rng = np.random.default_rng(0)
    p = np.zeros((len(patients), 3))
    p[:, 2] = np.where(patients.kind == 2, rng.uniform(0.5, 1, 120), rng.uniform(0, 0.6, 120))
    png = tmp_path / "gate.png"

    report = gate_report({"9 findings or more": (patients, p)}, {"possible": 0.2, "high": 0.7}, png)

    entry = report["sizes"]["9 findings or more"]
    assert entry["orphan"]["n"] == entry["common"]["n"] == 40
    assert entry["common"]["roc_auc"][0] > 0.9
    assert entry["common"]["suspicion_high"] == 0
    assert png.read_bytes().startswith(b"\x89PNG")
    assert reaching(np.array([0.2, 0.1]), {"possible": 0.2}) == {"suspicion_possible": 0.5}
    assert set(SIZES) >= {"3 findings", "5 findings", "8 findings"}


def test_mixed_up_patterns_take_from_three_patients(vocabulary):
    lone = [of_kind(0, [state(vocabulary, term)], [-1], ["x"]) for term in (FEVER, TALL, CHEST_PAIN)]
    made_up = mixed_up(together(lone), 20, np.random.default_rng(0))
    assert all(
        sorted(s.present) == sorted(vocabulary.index[t] for t in (FEVER, TALL, CHEST_PAIN)) for s in made_up
    )


def test_random_patterns_are_of_scored_terms(scorer):
    for s in at_random(np.arange(30) % 2, 20, np.random.default_rng(0)):
        assert all(t % 2 for t in s.present)
        assert len(set(s.present)) == len(s.present)


def test_the_support_s_report_counts_who_is_flagged(scorer, patients):
    everyone = Support([[[0.0, 1.0]]] * 4, [[[0.0, 0.5]]] * 4)
    unlike = scorer.updated(support=everyone, orphan=copy.copy(scorer.orphan))
    known = patients.states[0].present
    unlike.orphan.scored = set(known)
    unlike = unlike.updated(ic=np.isin(np.arange(len(unlike.ic)), known + list(range(20))).astype(float))

    report = support_report(Served(unlike, unlike, unlike), patients, np.random.default_rng(0))

    assert report["flagged_from"] == OOD_FROM
    assert report["flagged"]["orphan"] == {"n": 40, "share": 1.0}
    for sizes in report["made_up"].values():
        assert all(entry["auroc"] == 0.5 for entry in sizes.values())
    assert report["sufficiency"]["common"][0]["score"] == 0.5


def test_reliability_is_by_bins_of_equal_mass():
    score = np.linspace(0, 1, 100)
    bins = reliability(score, score > 0.5)
    assert [b["n"] for b in bins] == [10] * 10
    assert (bins[0]["top3"], bins[-1]["top3"]) == (0, 1)
