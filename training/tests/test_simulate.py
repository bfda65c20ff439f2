import numpy as np
import pytest

from centinela_training.ddxplus import MIN_LOG_MARGIN, UNTABLED
from centinela_training.simulate import AGE_BANDS, NO_DISEASE, Simulator, State, age_band, encode
from centinela_training.vocabulary import read_jsonl_gz


@pytest.fixture
def simulator(ddxplus, vocabulary) -> Simulator:
    return Simulator(ddxplus, vocabulary, seed=3)


def test_the_rows_that_say_no_are_not_positive(ddxplus):
    rows = [r for pool in ddxplus.pool.values() for r in pool] + ddxplus.test

    assert not any(e in ddxplus.negative for r in rows for e in r.evidences)
    assert {"E_204_@_V_10", "E_54_@_V_11", "E_57_@_V_123", "E_56_@_0"} <= ddxplus.negative


def test_no_test_row_is_in_any_pool(ddxplus):
    test = {(r.age, r.sex, r.evidences) for r in ddxplus.test}
    pooled = {(r.age, r.sex, r.evidences) for pool in ddxplus.pool.values() for r in pool}

    assert len(ddxplus.test) == 686 - 7
    assert len(ddxplus.untabled_train) == 7
    assert not test & pooled


def test_relabelling_agrees_with_the_labels_that_are_known(ddxplus, data):
    raw = [r for r in read_jsonl_gz(data / "ddxplus/patients.jsonl.gz") if r["split"] == "test"]
    known = [r for r in raw if r["y"] != UNTABLED]

    rows, margins = ddxplus._relabel(known)

    right = np.array([row.condition == r["y"] for row, r in zip(rows, known, strict=True)])
    sure = np.array(margins) > MIN_LOG_MARGIN
    assert right[sure].mean() > 0.985
    assert right[sure].mean() > right[~sure].mean()


def test_simulated_frequencies_follow_the_published_table(simulator):
    patients = [simulator.patient("Pneumonia") for _ in range(1500)]

    for evidence in ("E_91", "E_66", "E_201"):
        share = np.mean([evidence in p.evidences for p in patients])
        assert share == pytest.approx(simulator.ddxplus.probability["Pneumonia"][evidence], abs=0.05)


def test_the_initial_complaint_is_one_positive_symptom(simulator):
    for condition in ("Influenza", "GERD", UNTABLED):
        patient = simulator.patient(condition)
        assert patient.init in patient.evidences


def test_denied_findings_never_contradict_what_the_patient_has(simulator, vocabulary):
    for condition in ("Anaphylaxis", "Anemia", "Myasthenia gravis"):
        for _ in range(60):
            row = simulator.patient(condition)
            said = vocabulary.encode(
                [t for e in row.evidences for t in simulator.wording.exact.get(e, ())], []
            )
            for term in simulator.denied(row, 8):
                denied = vocabulary.encode([], [term])
                assert not [i for i, sign in denied.items() if said.get(i) == -sign], vocabulary.ids[term]


def test_each_evidence_is_told_once(simulator):
    for _ in range(100):
        row = simulator.patient("Bronchitis")
        state = simulator.state(row, "full", noise=False)
        assert len(state.present) <= len(set(row.evidences))
        assert simulator.state(row, "initial", noise=False).present[0] in simulator.wording.all_names(
            row.init
        )


def test_a_well_person_is_as_old_as_a_patient(simulator):
    well = [simulator.well() for _ in range(1500)]
    conditions = simulator.ddxplus.conditions
    patients = [simulator.patient(conditions[i % len(conditions)]) for i in range(1500)]

    for limit in (15, 60, 75):
        share = np.mean([s.age >= limit for s in well])
        assert share == pytest.approx(np.mean([p.age >= limit for p in patients]), abs=0.06)


def test_fever_and_a_productive_cough_are_no_findings_of_well_people(simulator, vocabulary):
    benign = {vocabulary.terms[t]["slug"] for t in simulator._benign}

    assert benign
    assert not benign & {"fiebre", "tos_con_flemas", "hemoptisis", "dificultad_respirar"}


def test_well_people_have_few_unspecific_findings(simulator):
    states = [simulator.well() for _ in range(200)]

    assert {len(s.present) for s in states} == {1, 2}
    assert {s.condition for s in states} == {NO_DISEASE}


@pytest.mark.parametrize(("age", "band"), [(0, 0), (0.4, 0), (4.9, 0), (5, 1), (74.9, 5), (75, 6), (120, 6)])
def test_age_bands_close_on_the_left(age, band):
    assert age_band(age) == band


def test_encoding_lays_a_state_out_as_the_manifest_says(vocabulary):
    fever, cough = (vocabulary.index[vocabulary.slug_id[s]] for s in ("fiebre", "tos"))
    state = State([fever], [cough], 50, "F", "")

    [row] = encode([state], vocabulary)

    n, b = len(vocabulary.items), len(AGE_BANDS)
    assert row[vocabulary.item_index["E_91"]] == 1
    assert row[vocabulary.item_index["E_201"]] == -1
    assert row[n : n + b].tolist() == [0, 0, 0, 0, 1, 0, 0]
    assert row[n + b : n + b + 3].tolist() == pytest.approx([1, 0, 0.5])
    assert row[n + b + 3] * 20 == pytest.approx((row[:n] > 0).sum())
    assert row[n + b + 4] * 20 == pytest.approx((row[:n] < 0).sum())
