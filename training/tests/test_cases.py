import json

import pytest

from centinela_training import cases
from centinela_training.simulate import State


@pytest.fixture(scope="module")
def rows(data, vocabulary):
    return cases.Rows(data, vocabulary)


def lines(path, *rows):
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return path


ANGINA = {
    "age": 60,
    "sex": "M",
    "ev": ["E_91", "E_53", "E_204_@_V_10"],
    "init": "E_91",
    "y": "Unstable angina",
}


def test_values_that_mean_no_are_dropped(rows, tmp_path):
    [row] = rows.read(lines(tmp_path / "rows.jsonl", ANGINA))

    assert row.evidences == ("E_91", "E_53")


def test_a_row_is_worded_by_its_exact_findings(rows, tmp_path):
    [row] = rows.read(lines(tmp_path / "rows.jsonl", ANGINA))

    full, initial = rows.case(row, "full"), rows.case(row, "initial")

    assert set(full["request"]["symptoms"]) == {"fiebre", "dolor"}
    assert list(initial["request"]["symptoms"]) == ["fiebre"]
    assert full["request"]["age"] == 60
    assert full["request"]["gender"] == "M"
    assert full["truth"] == {"codes": ["ICD10:I20.0"], "urgent": True}


def test_a_row_without_a_nameable_evidence_has_no_finding(rows, tmp_path):
    [row] = rows.read(lines(tmp_path / "rows.jsonl", ANGINA | {"ev": ["E_204_@_V_10"], "init": "E_91"}))

    assert rows.case(row, "0.5")["request"]["symptoms"] == {}


def test_a_state_tells_its_chief_complaint_and_its_history(vocabulary):
    fever, pain, asthma = (vocabulary.index[vocabulary.slug_id[s]] for s in ("fiebre", "dolor_pecho", "asma"))
    state = State([fever, pain, asthma], [], 30, "F", "", chief=pain, history=(asthma,))

    request = cases.state_request(state, vocabulary)

    assert request["symptoms"] == {"fiebre": 5, "dolor_pecho": 8}
    assert request["medical_history"] == ["asma"]


def test_published_patients_keep_their_papers_and_only_known_terms(data, vocabulary):
    published = cases.published(data, vocabulary)

    assert len(published) == 5281
    for case in published:
        request = case["request"]
        assert not set(request["symptoms"]) & set(request["absent"])
        assert set(request["symptoms"]) <= set(vocabulary.index)
        assert 0 <= request["age"] <= 120
        assert case["pmids"]


def test_the_command_words_rows(data, tmp_path, monkeypatch):
    given, out = lines(tmp_path / "rows.jsonl", ANGINA, ANGINA), tmp_path / "cases.jsonl"
    asked = ["cases", "--data", str(data), "--ddxplus", str(given), "--state", "full", "--out", str(out)]
    monkeypatch.setattr("sys.argv", asked)

    cases.main()

    worded = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [set(w["request"]["symptoms"]) for w in worded] == [{"fiebre", "dolor"}] * 2


def test_simulated_rows_are_of_every_condition_and_can_be_read_again(rows, tmp_path):
    simulated = rows.simulate(2)
    read = rows.read(lines(tmp_path / "rows.jsonl", *simulated))

    assert [r.condition for r in read] == [c for c in rows.ddxplus.conditions for _ in range(2)]
    assert all(r.init in r.evidences for r in read)
