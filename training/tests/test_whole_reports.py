"""Golden cases and the figures of gate and support, on the stand-in parts."""

import copy
import json

import numpy as np
import pytest
from whole_parts import CHEST_PAIN, FEVER, N_ROWS, TALL, predictor, state

from centinela_training.whole.firing import RULES, Firing, firing_requests
from centinela_training.whole.fit import Served
from centinela_training.whole.gate_report import SIZES, gate_report, patients_of_size, reaching
from centinela_training.whole.golden import WRITTEN, golden_case, write_golden
from centinela_training.whole.patients import of_kind, together
from centinela_training.whole.requests import Names, read_state
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
    assert sum(p for _, p in case["top"]) + case["none"] == pytest.approx(1)
    shown = [p for _, p in case["top"]]
    assert shown == sorted(shown, reverse=True)
    assert {code for code, _ in case["top"]} == set(codes)
    assert case["set"] == {"least": N_ROWS, "size": N_ROWS, "most": N_ROWS}
    assert case["lr"][0] == (0, 2.0)
    assert sum(p for _, p in case["orphan"]) == pytest.approx(1)


def test_golden_cases_are_written_one_a_line(scorer, names, tmp_path):
    request = {"symptoms": {FEVER: 5}, "age": 40, "gender": "F"}
    cases = [
        golden_case(scorer, names, [f"C:{i}" for i in range(N_ROWS)], name, request) for name in ("a", "b")
    ]

    write_golden(tmp_path / "golden.json", cases)

    text = (tmp_path / "golden.json").read_text("utf-8")
    assert [c["name"] for c in json.loads(text)] == ["a", "b"]
    assert len(text.splitlines()) == len(cases) + 2


def test_the_written_requests_name_findings_that_exist(names):
    for request in WRITTEN.values():
        if request.get("validation") != "lenient":
            read_state(request, names)


def test_what_nobody_knows_is_left_out_where_the_request_allows_it(names):
    request = WRITTEN["unknown findings left out"]

    assert len(request["symptoms"]) == 3
    assert len(read_state(request, names).present) == 2
    with pytest.raises(KeyError):
        read_state(request | {"validation": "strict"}, names)


def test_every_rule_has_a_request_of_findings_that_exist(vocabulary, names):
    rules = json.loads((vocabulary.data / RULES).read_text("utf-8"))["rules"]
    requests = dict(firing_requests(vocabulary))

    assert list(requests) == [f"rule {rule['id']}" for rule in rules]
    for rule in rules:
        request = requests[f"rule {rule['id']}"]
        assert read_state(request, names).present or request["vitals"]
        assert rule.get("age_from_years", 0) <= request["age"] < rule.get("age_below_years", 121)


def test_a_rule_s_request_holds_its_limits(vocabulary):
    rule = {
        "id": "rf-made-up",
        "all_of": ["Fever", "Old", "Measured", "Together"],
        "any_of": ["Nausea", "Vomiting"],
        "any_of_min": 2,
        "also_any_of": ["Headache"],
        "vitals_required": [[{"vital": "spo2_percent", "below": 92}]],
        "vitals_any_of": [[{"vital": "heart_rate", "above": 140, "age_below_years": 5}]],
        "age_from_years": 3,
    }
    young = {"vital": "temperature_c", "above": 38.0, "age_below_years": 9}
    file = {
        "rules": [rule, rule | {"any_of": ["Nausea"]}],
        "stated": [{"name": "Old", "age_from_years": 4}],
        "measured": [{"name": "Measured", "limits": [young]}],
        "composed": [{"name": "Together", "of": ["Diarrhea"], "intensity_min": 9, "lasting_min_days": 14}],
    }

    (_, told), (_, measured) = Firing(vocabulary, file).requests()

    assert told == {
        "symptoms": {
            "fiebre": 7,
            "diarrea": {"intensity": 9, "duration": 14},
            "dolor_cabeza": 7,
            "nauseas": 7,
            "vomitos": 7,
        },
        "age": 6.0,
        "gender": "F",
        "vitals": {"temperature_c": 38.1, "spo2_percent": 91},
    }
    assert measured["vitals"]["heart_rate"] == 141
    assert 4 <= measured["age"] < 5


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
