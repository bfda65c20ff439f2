"""The pieces of the model card: numbers, tables and names in both languages, and who the models learnt from."""

from __future__ import annotations

import numpy as np
import pytest

from centinela_training.card.cells import Figure, Table, Words, written
from centinela_training.card.markdown import table_of
from centinela_training.card.words import asked, bands_from, evidence_band
from centinela_training.ddxplus import Row
from centinela_training.reports.training_run import demographics, drawn_shares


@pytest.mark.parametrize(
    ("value", "unit", "es", "en"),
    [
        (0.12345, "share", "12,3", "12.3"),
        (0.12345, "number", "0,123", "0.123"),
        (9999, "count", "9999", "9,999"),
        (15266, "count", "15\u202f266", "15,266"),
    ],
)
def test_numbers_are_written_as_each_language_does(value, unit, es, en):
    assert (written(value, unit, "es"), written(value, unit, "en")) == (es, en)


def test_a_figure_shows_its_interval_and_an_undefined_one_a_dash():
    assert Figure(0.5, (0.4, 0.6), "share", "r", ()).text("es") == "50,0 % (40,0–60,0)"
    assert Figure(None, None, "share", "r", ()).text("es") == "—"


def test_a_table_with_a_short_row_is_refused():
    columns = [Words("a", "a"), Words("b", "b")]

    with pytest.raises(ValueError, match="2 cells"):
        Table(Words("x", "x"), columns, [("1",)])


def test_a_bar_in_a_cell_does_not_make_a_column():
    table = Table(Words("x", "x"), [Words("c", "c")], [("a|b",)]).localised("es")

    assert table_of(table) == "| c |\n| --- |\n| a\\|b |"


def test_bands_are_told_by_both_their_ends():
    assert evidence_band("3 to 5 findings").es == "3 a 5 hallazgos"
    assert evidence_band("2 to 2 findings").en == "2 findings"
    bands = bands_from(["from 3 findings", "from 4 findings", "from 6 findings"])
    assert [b.en for b in bands.values()] == ["3 findings", "4 or 5 findings", "6 findings or more"]


def test_limits_are_told_in_words_and_signs():
    assert asked("within [0.88, 0.92]") == Words("de 0,88 a 0,92", "0.88 to 0.92")
    assert asked(">= 0.28") == Words("≥ 0,28", "≥ 0.28")


def test_who_the_models_learnt_from_is_counted_by_band():
    counted = demographics([0, 4.9, 5, 80, None], ["F", "M", "O", "F", "F"])

    assert counted["n"] == 5
    assert counted["sex"] == {"F": 3, "M": 1, "unknown": 1}
    assert {k: n for k, n in counted["age"].items() if n} == {"0-4": 2, "5-14": 1, "75+": 1, "unknown": 1}


def test_simulated_patients_have_every_condition_alike():
    def rows(n, age, sex):
        return [Row(age, sex, (), "", "c")] * n

    shares = drawn_shares([rows(9, 3, "F"), rows(1, 50, "M")])

    assert shares["sex"] == {"F": 0.5, "M": 0.5}
    assert shares["age"]["0-4"] == shares["age"]["45-59"] == 0.5
    assert np.isclose(sum(shares["age"].values()), 1)
