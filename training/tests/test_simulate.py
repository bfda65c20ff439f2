import numpy as np
import pytest

from centinela_training.ddxplus import MIN_LOG_MARGIN, UNTABLED
from centinela_training.simulate import (
    AGE_BANDS,
    LEAST_AGE_WELL,
    NO_DISEASE,
    Simulator,
    State,
    age_band,
    encode,
)
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


def test_a_well_person_is_as_old_as_a_patient_who_is_no_child(simulator):
    well = [simulator.well() for _ in range(1500)]
    conditions = simulator.ddxplus.conditions
    patients = [simulator.patient(conditions[i % len(conditions)]) for i in range(1500)]
    ages = np.array([p.age for p in patients if p.age >= LEAST_AGE_WELL])

    assert min(s.age for s in well) >= LEAST_AGE_WELL
    for limit in (30, 60, 75):
        share = np.mean([s.age >= limit for s in well])
        assert share == pytest.approx((ages >= limit).mean(), abs=0.06)


def test_fever_and_a_productive_cough_are_no_findings_of_well_people(simulator, vocabulary):
    benign = {vocabulary.terms[t]["slug"] for t in simulator._benign}

    assert benign
    assert not benign & {"fiebre", "tos_con_flemas", "hemoptisis", "dificultad_respirar"}


def test_well_people_have_few_unspecific_findings_and_a_quiet_one_among_them(simulator, vocabulary):
    states = [simulator.well() for _ in range(200)]

    assert {len(s.present) for s in states} == {1, 2, 3}
    assert {s.condition for s in states} == {NO_DISEASE}
    for state in states:
        assert set(state.present) <= set(simulator._benign)
        assert "red" not in vocabulary.terms[state.present[0]]


def test_a_wrong_finding_is_none_that_the_patient_has(simulator):
    for condition in ("Anaphylaxis", "URTI"):
        row = simulator.patient(condition)
        has = {t for e in row.evidences for t in simulator.wording.all_names(e)}
        assert not has & {simulator.wrong(row) for _ in range(300)}


def test_a_doctor_asks_about_what_goes_with_the_complaint(simulator, vocabulary):
    term = lambda slug: vocabulary.index[vocabulary.slug_id[slug]]  # noqa: E731
    place = {int(t): i for i, t in enumerate(simulator._noise_terms)}

    asked = simulator._asked(term("tos_perruna"))

    assert asked.sum() == pytest.approx(1)
    assert (asked > 0).all()
    # Croup has both; nobody with croup has weak limbs.
    assert asked[place[term("fiebre")]] > 2 * asked[place[term("debilidad_extremidades")]]


@pytest.mark.parametrize("kind", ["1", "3"])
def test_a_number_is_how_many_findings_are_told(simulator, kind):
    row = simulator.patient("Influenza")

    assert len(simulator.state(row, kind, noise=False).present) == int(kind)


def test_the_same_seed_draws_the_same_patients(ddxplus, vocabulary):
    first, second = (Simulator(ddxplus, vocabulary, seed=8) for _ in range(2))

    for condition in ddxplus.conditions[:5]:
        assert first.state(first.patient(condition), "part") == second.state(
            second.patient(condition), "part"
        )
    assert [first.well() for _ in range(20)] == [second.well() for _ in range(20)]


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
