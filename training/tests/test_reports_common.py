"""The reports of the common part, end to end on made-up probabilities of real conditions."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from reports_data import made

from centinela_training.reports import CommonStates, common_report
from centinela_training.reports.common import TITLES, performance
from centinela_training.reports.kinds import body_system, disease_confusion, kinds_of_disease
from centinela_training.reports.urgent_misses import urgent_misses

N = 196


@pytest.fixture(scope="module")
def labels(ddxplus):
    return [*ddxplus.conditions, "no_relevant_disease"]


@pytest.fixture(scope="module")
def states(ddxplus, vocabulary):
    """Four states of each condition, two of a row, with random probabilities that favour the truth."""
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(49), 4)
    urgent = np.array([ddxplus.severity[c] <= 2 for c in ddxplus.conditions])[y]
    cough, fever = vocabulary.index["HP:0012735"], vocabulary.index["HP:0001945"]

    def one():
        p = rng.dirichlet(np.full(50, 0.2), N) + 0.5 * np.eye(50)[y] * rng.random((N, 1))
        flagged = (rng.random(N) < 0.7) & urgent
        return made(
            y, p / p.sum(1, keepdims=True), flagged, urgent, np.arange(N) // 2,
            np.where(np.arange(N) // 2 % 2, "F", "M"), rng.integers(0, 90, N), [[cough, fever]] * N,
        )  # fmt: skip

    p = np.eye(50)[[49, 49, 49, 0]] * 0.9 + 0.002
    nobody = np.zeros(4, bool)
    well = made(np.full(4, 49), p, np.arange(4) == 3, nobody, np.full(4, -1))
    plain = {kind: one() for kind in TITLES}
    alone = {"naive Bayes": {"0.3": np.eye(50)[plain["0.3"].y]}}
    return CommonStates(plain, {kind: one() for kind in TITLES}, well, alone)


@pytest.fixture(scope="module")
def written(tmp_path_factory, states, labels, data, vocabulary):
    folder = tmp_path_factory.mktemp("reports")
    return folder, common_report(folder, states, labels, ["naive Bayes"], data, vocabulary)


def test_every_report_and_picture_is_written(written):
    folder, reports = written

    for name, report in reports.items():
        assert json.loads((folder / f"{name}.json").read_text()) == report
    for name in ("performance", "classes", "confusion", "subgroups", "reliability"):
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_the_report_says_who_scored_and_that_patients_are_simulated(written):
    performance = written[1]["performance"]

    assert performance["members_scored"] == ["naive Bayes"]
    assert performance["data"].startswith("Simulated patients")
    assert [len(rows) for rows in performance["noisy_classes"].values()] == [49] * 4
    assert performance["members"]["naive Bayes"]["0.3"]["top1"] == 1
    assert performance["noisy_least_states_a_class"] == 4
    assert (performance["well"]["recall"], performance["well"]["called_urgent"]) == (0.75, 0.25)
    matrix = performance["noisy_confusion"]["0.3"]["severity"]["rows_true_columns_said"]
    assert np.sum(matrix) == N


def test_the_same_states_give_the_same_figures(written, states, labels, data):
    again = performance(states, labels, ["naive Bayes"], kinds_of_disease(data, labels[:-1]))

    assert again == written[1]["performance"]


def test_misses_are_the_worst_first_and_one_of_a_row_and_kind(written):
    report = written[1]["urgent_misses"]

    shares = [m["share_of_threshold"] for m in report["misses"]]
    assert shares == sorted(shares) and len(shares) == 50
    keys = [(m["states"], m["source_row"]) for m in report["misses"]]
    assert len(set(keys)) == len(keys)
    assert sum(report["by_condition"].values()) == 50
    assert report["misses"][0]["present_en"] == ["Cough", "Fever"]
    assert f"{report['n_missed']:,} of {report['n_urgent']:,} truly urgent" in report["summary"]


def test_the_lowest_mass_for_its_threshold_is_the_worst_miss(states, labels, vocabulary):
    scored = states.plain["0.3"]
    worst = int(np.flatnonzero(scored.urgent)[7])
    mass = np.where(np.arange(N) == worst, 0.001, scored.mass)

    report = urgent_misses({"0.3": replace(scored, mass=mass)}, labels, vocabulary)

    first = report["misses"][0]
    assert (first["source_row"], first["condition"]) == (worst // 2, labels[scored.y[worst]])
    assert (first["urgent_mass"], first["share_of_threshold"]) == (0.001, 0.01)


def test_where_nobody_is_missed_the_report_says_so(states, labels, vocabulary):
    scored = states.plain["0.3"]

    report = urgent_misses({"0.3": replace(scored, mass=np.ones(N))}, labels, vocabulary)

    assert report["misses"] == [] and report["summary"].startswith("None of")


@pytest.mark.parametrize(
    ("code", "system"),
    [
        ("J93.11", "lower airway"), ("J02.9", "upper airway"), ("J32.9", "upper airway"), ("A37.90", "infectious"),
        ("C25.9", "neoplasm"), ("D64.9", "blood, immune"), ("H66.90", "ear"), ("B57", "infectious"),
        ("T78.2", "injury, poisoning"), ("I21.9", "circulatory"),
    ],
)  # fmt: skip
def test_body_system_of_an_icd_10_code(code, system):
    assert body_system(code) == system


def test_what_is_no_icd_10_code_has_no_body_system():
    with pytest.raises(ValueError, match="not an ICD-10 code"):
        body_system("OMIM:123")


def test_confusion_counts_kinds_and_puts_the_healthy_last():
    kinds = ["b", "a", "a", "no relevant disease"]

    matrix = disease_confusion(np.array([0, 1, 2]), np.array([0, 2, 3]), kinds)

    assert matrix["kinds"] == ["a", "b", "no relevant disease"]
    assert matrix["rows_true_columns_said"] == [[1, 0, 1], [0, 1, 0], [0, 0, 0]]
