"""Gaps between groups on data made so that their size is known."""

from __future__ import annotations

import numpy as np
import pytest
from reports_data import made

from centinela_training.reports import subgroups, urgency


def two_conditions(share_of_second_in_women: float, recall: dict[tuple[int, str], float]):
    """400 urgent states, half women: condition 1 is found less often than 0; ``recall`` by (condition, sex)."""
    sex = np.repeat(["F", "M"], 200)
    y = np.zeros(400, int)
    for letter, share in (("F", share_of_second_in_women), ("M", 1 - share_of_second_in_women)):
        own = np.flatnonzero(sex == letter)
        y[own[: int(share * len(own))]] = 1
    flagged = np.zeros(400, bool)
    for (condition, letter), share in recall.items():
        own = np.flatnonzero((y == condition) & (sex == letter))
        flagged[own[: round(share * len(own))]] = True
    # The condition and the flag must not tell the age band: sexes alone differ.
    return made(y, np.eye(2)[y], flagged, np.ones(400, bool), sex=sex)


def by_sex(scored) -> dict:
    return subgroups.grouping_report(scored, scored.groups()["sex"], scored.clusters())


def test_a_gap_made_by_different_diseases_is_gone_when_standardised():
    same_recall = {(0, "F"): 1.0, (0, "M"): 1.0, (1, "F"): 0.8, (1, "M"): 0.8}

    report = by_sex(two_conditions(0.75, same_recall))

    assert report["crude"]["equal_opportunity_difference"] == pytest.approx(0.1, abs=1e-3)
    assert report["crude"]["disparate_impact"] == pytest.approx(0.95 / 0.85, abs=1e-3)
    assert report["standardised_by_condition"]["equal_opportunity_difference"] == pytest.approx(0, abs=1e-3)


def test_a_gap_within_the_same_disease_stays_when_standardised():
    women_missed = {(0, "F"): 0.9, (0, "M"): 1.0, (1, "F"): 0.7, (1, "M"): 0.8}

    report = by_sex(two_conditions(0.5, women_missed))

    assert report["crude"]["equal_opportunity_difference"] == pytest.approx(0.1, abs=1e-3)
    assert report["standardised_by_condition"]["equal_opportunity_difference"] == pytest.approx(0.1, abs=1e-3)
    women, men = (report["groups"][g]["urgent_recall_standardised"] for g in ("female", "male"))
    assert (women, men) == (pytest.approx(0.8, abs=1e-3), pytest.approx(0.9, abs=1e-3))


def test_standardised_rates_are_those_of_a_linear_model_with_dummies():
    rng = np.random.default_rng(5)
    condition, group = rng.integers(4, size=500), rng.integers(3, size=500)
    values = (rng.random(500) < 0.3 + 0.1 * condition + 0.05 * group).astype(float)
    cells = np.zeros((2, 4, 3))
    np.add.at(cells[0], (condition, group), 1)
    np.add.at(cells[1], (condition, group), values)

    means = subgroups.adjusted_means(cells[:1], cells[1:])[0]

    x = np.column_stack([np.eye(4)[condition], np.eye(3)[group][:, 1:]])
    beta = np.linalg.lstsq(x, values, rcond=None)[0]
    everyone = beta[:4] @ np.bincount(condition) / 500
    assert means == pytest.approx(everyone + np.array([0, *beta[4:]]))


def test_a_missed_target_is_said_in_words_and_stops_the_promotion():
    recall = {(0, "F"): 0.7, (0, "M"): 1.0, (1, "F"): 0.7, (1, "M"): 1.0}
    report = {"sex": by_sex(two_conditions(0.5, recall))}

    binding = subgroups.verdict({"0.3": report}, ["0.3"])
    elsewhere = subgroups.verdict({"initial": report}, ["0.3"])

    assert (binding["missed"], binding["would_pass_promotion_gate"]) == (True, False)
    first = binding["findings"][0]
    assert "disparate impact by sex is 1.429" in first["words"] and first["beyond_chance"]
    assert (elsewhere["missed"], elsewhere["missed_in_other_states"]) == (False, True)


def test_even_groups_pass():
    recall = dict.fromkeys([(c, s) for c in (0, 1) for s in "FM"], 0.98)

    verdict = subgroups.verdict({"0.3": {"sex": by_sex(two_conditions(0.5, recall))}}, ["0.3"])

    assert verdict["findings"] == [] and verdict["would_pass_promotion_gate"]


def test_a_group_of_few_urgent_rows_is_shown_and_not_judged():
    n = 100
    age = np.where(np.arange(n) < 5, 80, np.where(np.arange(n) % 2, 20, 40))
    flagged = age < 80
    scored = made(np.zeros(n, int), np.ones((n, 1)), flagged, np.ones(n, bool), age=age)

    report = subgroups.grouping_report(scored, scored.groups()["age"], scored.clusters())

    assert report["not_judged"] == ["75+"]
    assert report["groups"]["75+"]["urgent_recall"] == 0
    assert report["crude"]["equal_opportunity_difference"] == 0


def test_where_one_group_alone_is_judged_there_is_no_gap():
    n = 30
    scored = made(np.zeros(n, int), np.ones((n, 1)), np.ones(n, bool), np.ones(n, bool))

    report = by_sex(scored)

    assert report["crude"]["disparate_impact"] is None
    assert subgroups.verdict({"0.3": {"sex": report}}, ["0.3"])["findings"] == []


def test_a_group_in_which_nobody_is_flagged_misses_the_target():
    recall = {(0, "F"): 0.0, (0, "M"): 1.0, (1, "F"): 0.0, (1, "M"): 1.0}

    verdict = subgroups.verdict({"0.3": {"sex": by_sex(two_conditions(0.5, recall))}}, ["0.3"])

    assert verdict["missed"]


def test_a_sex_that_was_not_told_is_in_neither_group():
    scored = made(
        np.zeros(3, int), np.ones((3, 1)), np.ones(3, bool), np.ones(3, bool), sex=np.array([*"FMO"])
    )

    assert {name: which.tolist() for name, which in scored.groups()["sex"].items()} == {
        "female": [True, False, False],
        "male": [False, True, False],
    }


def test_age_bands_begin_where_they_say():
    age = np.array([0, 14, 15, 29, 30, 44, 45, 59, 60, 74, 75, 99])
    scored = made(np.zeros(12, int), np.ones((12, 1)), np.ones(12, bool), np.ones(12, bool), age=age)

    assert [np.flatnonzero(which).tolist() for which in scored.groups()["age"].values()] == [
        [2 * i, 2 * i + 1] for i in range(6)
    ]


def test_urgency_by_hand():
    flagged, urgent = np.array([1, 1, 0, 0, 1], bool), np.array([1, 1, 1, 0, 0], bool)
    scored = made(np.zeros(5, int), np.ones((5, 1)), flagged, urgent)

    figures = urgency.urgency(scored, scored.clusters())

    assert figures["urgent_recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["missed_emergencies"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["urgent_specificity"] == figures["urgent_npv"] == 0.5


def test_urgent_recall_stands_in_the_band_of_its_evidence():
    flagged = np.array([False, True, True, True])
    few_and_many = [[0], [0], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]]
    scored = made(np.zeros(4, int), np.ones((4, 1)), flagged, np.ones(4, bool), present=few_and_many)

    bands = urgency.recall_by_evidence([scored])

    assert [(b["n"], b["urgent_recall"]) for b in bands.values()] == [
        (2, 0.5),
        (0, None),
        (0, None),
        (2, 1.0),
    ]


def test_who_complains_of_nothing_is_counted_apart():
    complains, flagged = np.array([True, False, True]), np.array([True, False, False])
    scored = made(np.zeros(3, int), np.ones((3, 1)), flagged, np.ones(3, bool), complains=complains)

    first = urgency.recall_by_evidence([scored])["0 to 1 findings"]

    assert (first["n"], first["urgent_recall"]) == (3, pytest.approx(1 / 3, abs=1e-4))
    assert (first["n_complaining"], first["urgent_recall_of_complaining"]) == (2, 0.5)


def test_simulated_well_people_are_clusters_of_their_own():
    scored = made(
        np.zeros(4, int), np.ones((4, 1)), np.ones(4, bool), np.ones(4, bool), rows=np.array([7, 7, -1, -1])
    )

    assert scored.clusters().n == 3
