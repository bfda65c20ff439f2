"""Tables of the orphan part on a handful of made-up cases."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from centinela_training.orphan.knowledge import Annotation, Disease
from centinela_training.orphan.patients import Case
from centinela_training.reports import Split, orphan_tables
from centinela_training.reports.orphan import micro_macro

CALIBRATION = {"ece_held_out": 0.1, "ece_bins": [{"n": 4, "confidence": 0.4, "right": 0.5}]}
WITH_PATIENTS = np.array([True, False])
SEEN = Annotation(0, 1, 1, frozenset({9}))


@pytest.fixture(scope="module")
def cases():
    return [
        Case((1,), "OMIM:1", 0, frozenset({1}), "GENE1"),
        Case((1,), "OMIM:1", 0, frozenset({1}), "GENE1"),
        Case((1,), "OMIM:2", 1, frozenset({2}), "GENE2"),
        Case((1,), "OMIM:3", None, frozenset({3}), "GENE3"),
    ]


@pytest.fixture(scope="module")
def diseases():
    return [
        Disease(
            "OMIM:1", ("OMIM:1",), "One", "Uno", "es", None, (SEEN, SEEN), frozenset({9}), patients=(SEEN,)
        ),
        Disease("OMIM:2", ("OMIM:2",), "Two", "Dos", "es", None, (SEEN,), frozenset({9})),
    ]


@pytest.fixture(scope="module")
def splits():
    everyone = np.ones(4, bool)
    return [
        Split(
            "paper_not_in_knowledge", "honest", ["likelihood ratios"], everyone, np.array([1, 4, 20, np.inf])
        ),
        Split("time_split", "no older knowledge here", [], everyone),
        Split("LEAKY_paper_in_knowledge", "leaky", ["likelihood ratios", "network"], everyone, np.ones(4)),
    ]


@pytest.fixture(scope="module")
def written(tmp_path_factory, cases, diseases, splits):
    folder = tmp_path_factory.mktemp("orphan")
    return folder, orphan_tables(
        folder, cases, diseases, splits, WITH_PATIENTS, CALIBRATION, {"ablation": []}
    )


def test_macro_weighs_every_disease_alike():
    result = micro_macro(np.array([1, 1, 1, 0]), ["a", "a", "a", "b"], ["x", "x", "x", "y"])

    assert (result["micro"][0], result["macro"][0]) == (0.75, 0.5)


def test_intervals_draw_whole_cohorts():
    values = np.repeat([1.0, 0.0], 50)

    many = micro_macro(values, [str(i) for i in range(100)], ["x"] * 100)["micro"]
    two = micro_macro(values, ["a"] * 50 + ["b"] * 50, ["x"] * 100)["micro"]

    assert 0.35 < many[1] < 0.45 and 0.55 < many[2] < 0.65
    assert two[1:] == [0, 1]


def test_splits_say_who_scored_and_count_unknown_diseases_as_misses(written):
    folder, report = written

    honest, unmeasured, leaky = report["splits"]
    assert (honest["n"], honest["members"]) == (4, ["likelihood ratios"])
    assert honest["disease_unknown_counted_as_miss"] == {"n": 1, "diseases": 1}
    assert [honest[f"top_{k}"]["micro"][0] for k in (1, 3, 10)] == [0.25, 0.25, 0.5]
    assert honest["top_1"]["macro"][0] == pytest.approx(0.5 / 3, abs=1e-4)
    assert unmeasured == {"name": "time_split", "what": "no older knowledge here", "measured_here": False}
    assert leaky["name"].startswith("LEAKY")
    assert json.loads((folder / "orphan.json").read_text()) == report


def test_the_table_has_a_line_for_each_disease(written):
    folder, _ = written

    with (folder / "orphan_diseases.csv").open() as file:
        one, two, three = csv.DictReader(file)
    assert [one[k] for k in ("disease", "name", "cases", "annotations", "patients_in_profile")] == [
        "OMIM:1", "One", "2", "2", "True",
    ]  # fmt: skip
    assert (one["paper_not_in_knowledge_top_1"], one["paper_not_in_knowledge_median_rank"]) == ("0.5", "2.5")
    assert (two["patients_in_profile"], two["LEAKY_paper_in_knowledge_top_1"]) == ("False", "1.0")
    assert (three["in_knowledge"], three["paper_not_in_knowledge_median_rank"]) == ("False", "")
    for name in ("orphan.png", "orphan_diseases.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG")


def test_a_leaky_split_may_not_come_first(tmp_path, cases, diseases, splits):
    with pytest.raises(ValueError, match="a leaky split stands before an honest one"):
        orphan_tables(tmp_path, cases, diseases, splits[::-1], WITH_PATIENTS, CALIBRATION, {})
