"""The model card: complete, in both languages, and no number that is not in the report it names."""

from __future__ import annotations

import gzip
import json
import math
import re

import jsonschema
import pytest
from scipy.stats import binom

from centinela_training.card.markdown import markdown
from centinela_training.card.write import CARD, both_languages, build

LANGS = ("es", "en")


@pytest.fixture(scope="module")
def card(project, data):
    return build(data, project / "layers/model", project / "reports")


@pytest.fixture
def texts(data):
    return json.loads((data / "model_card/attributes.json").read_text("utf-8"))


def blocks_of(card):
    for attribute in card["attributes"]:
        yield from attribute["blocks"]
    for annex in card["annexes"]:
        yield from annex["blocks"]
    yield from card["in_short"] + card["identity"]


def tables_of(card):
    return [b for b in blocks_of(card) if b["type"] == "table"]


def figures_of(card):
    return [cell for t in tables_of(card) for row in t["rows"] for cell in row if isinstance(cell, dict)]


def strings_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)


def test_what_is_shipped_is_what_npm_run_card_would_write(card, project):
    assert json.loads((project / "layers/model" / CARD).read_text("utf-8")) == card
    assert (project / "MODEL_CARD.md").read_text("utf-8") == both_languages(card)


@pytest.mark.parametrize("name", ["attributes", "demographic_inputs"])
def test_the_texts_follow_their_schema(data, name):
    folder = data / "model_card"
    schema = json.loads((folder / f"{name}.schema.json").read_text("utf-8"))

    jsonschema.validate(json.loads((folder / f"{name}.json").read_text("utf-8")), schema)


def test_the_rules_31_attributes_stand_in_its_nine_groups_in_order(texts):
    sizes = [4, 4, 2, 4, 2, 4, 5, 4, 2]
    roman = ("i", "ii", "iii", "iv", "v")
    expected = [f"({g})({roman[i]})" for g, n in enumerate(sizes, 1) for i in range(n)]

    assert [a["number"] for a in texts["attributes"]] == list(range(1, 32))
    assert [a["citation"] for a in texts["attributes"]] == expected
    order = list(dict.fromkeys(a["group"] for a in texts["attributes"]))
    assert order == [g["id"] for g in texts["groups"]]


@pytest.mark.parametrize("lang", LANGS)
def test_every_attribute_is_there_and_says_something(card, lang):
    attributes = card[lang]["attributes"]

    assert [a["number"] for a in attributes] == list(range(1, 32))
    for a in attributes:
        assert a["title"]
        assert a["status_text"]
        assert a["blocks"][0]["points"]
        for block in a["blocks"]:
            assert block.get("points") or block.get("rows") or block.get("path")
            assert all(text.strip() for text in strings_in(block))


def test_what_is_measured_carries_figures_and_what_is_not_says_so(card):
    for a in card["es"]["attributes"]:
        figures = [c for b in a["blocks"] for row in b.get("rows", []) for c in row if isinstance(c, dict)]
        assert bool(figures) == a["status"].startswith("measured"), a["id"]


def test_both_languages_show_the_same_numbers_in_other_words(card):
    es, en = figures_of(card["es"]), figures_of(card["en"])

    assert [f | {"text": ""} for f in es] == [f | {"text": ""} for f in en]
    for a, b in zip(card["es"]["attributes"], card["en"]["attributes"], strict=True):
        assert a["title"] != b["title"]
        assert a["blocks"][0]["points"] != b["blocks"][0]["points"]


@pytest.mark.parametrize("lang", LANGS)
def test_every_number_is_the_one_of_the_report_it_names(card, project, lang):
    figures = figures_of(card[lang])
    read = {}

    assert len(figures) > 300
    for f in figures:
        place = project / ("layers/model" if f["source"] == "manifest.json" else "") / f["source"]
        report = read.setdefault(place, json.loads(place.read_text("utf-8")))
        around = value = report
        for key in f["path"]:
            around, value = value, value[key]
        if isinstance(value, list):
            assert [f["value"], *f["interval"]] == value
            continue
        assert f["value"] == value
        name = "interval" if f["source"].endswith("targets.json") else f"{f['path'][-1]}_interval"
        assert f["interval"] == around.get(name)


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_written_is_the_number_itself_rounded(card, lang):
    for f in figures_of(card[lang]):
        if f["value"] is None:
            assert f["text"] == "—"
            continue
        text = f["text"].replace("\u202f", "").replace(",", "" if f["unit"] == "count" else ".")
        shown = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)]
        factor, digits = {"share": (100, 1), "number": (1, 3), "count": (1, 0)}[f["unit"]]
        told = [f["value"], *(f["interval"] or [])]
        assert shown == pytest.approx([factor * v for v in told], abs=0.51 * 10**-digits)


def test_leakage_free_figures_come_first_and_the_leaky_one_last(card):
    table = next(
        t for t in tables_of(card["es"]) if t["title"].startswith("Enfermedades huérfanas: pacientes")
    )
    first, *_, last = [row[0] for row in table["rows"]]

    assert "fuera de la base" in first
    assert last.startswith("**con fuga**")
    assert sum("con fuga" in row[0] for row in table["rows"]) == 1


def test_the_targets_missed_come_first_and_all_are_there(card, project):
    rows = json.loads((project / "reports/targets.json").read_text("utf-8"))["rows"]
    table = next(t for t in tables_of(card["en"]) if t["title"] == "Targets of the design")

    assert sorted(r[1] for r in table["rows"]) == sorted(r["what"] for r in rows)
    missed = [r[4].startswith("**missed**") for r in table["rows"]]
    assert missed == sorted(missed, reverse=True)
    assert sum(missed) == sum(r["verdict"] == "missed" for r in rows) > 0


@pytest.mark.parametrize("lang", LANGS)
def test_the_costs_of_a_wrong_severity_stand_in_it_with_who_answers_for_them(card, data, lang):
    told = json.loads((data / "clinical/severity_costs.json").read_text("utf-8"))
    [annex] = [a for a in card[lang]["annexes"] if a["id"] == "policy"]
    _, owner, costs, reasons = annex["blocks"]

    assert told["owner"][lang] in [row[1] for row in owner["rows"]]
    for row, cost in zip(told["rows"], costs["rows"], strict=True):
        shown = [float(c.replace(",", ".")) for c in cost[1:]]
        assert [cost[0], shown] == [row["truth"], [row["shown"][c] for c in costs["columns"][1:]]]
    assert [p.split(": ", 1)[1] for p in reasons["points"]] == [r["reason"][lang] for r in told["rows"]]


def test_no_english_is_left_in_the_spanish_names_of_the_reports(card):
    english = re.compile(
        r"\b(states|findings|cases|top-\d+|recall|paper|vignettes|calibration|missed|layer)\b"
    )

    for table in tables_of(card["es"]):
        for row in table["rows"]:
            for cell in row:
                assert not (isinstance(cell, str) and "`" not in cell and english.search(cell)), cell


def test_the_state_of_every_attribute_is_told_at_the_start(card):
    [states] = [b for b in card["es"]["in_short"] if b.get("title") == "Estado de los 31 atributos"]
    told = {int(n): row[0] for row in states["rows"] for n in row[1].split(", ")}

    assert told == {a["number"]: a["status_text"] for a in card["es"]["attributes"]}


@pytest.mark.parametrize("lang", LANGS)
def test_it_says_that_patients_were_simulated_and_nobody_reviewed_it(card, lang, data):
    text = card["markdown"][lang]
    notice = json.loads((data / "clinical/intended_use.json").read_text("utf-8"))

    assert notice[lang] in text
    wanted = {
        "es": ["pacientes simulados", "Ningún profesional clínico ha revisado", "no consta", "no evaluado"],
        "en": ["simulated patients", "No clinician has reviewed", "not stated", "not assessed"],
    }
    for words in wanted[lang]:
        assert words in text


@pytest.mark.parametrize("lang", LANGS)
def test_the_markdown_has_every_attribute_and_only_whole_tables(card, lang):
    text = markdown(card[lang])

    assert text == card["markdown"][lang]
    assert [int(n) for n in re.findall(r"^#### (\d+)\. ", text, re.M)] == list(range(1, 32))
    runs = re.findall(r"(?:^\|.*\n)+", text, re.M)
    assert len(runs) == len(tables_of(card[lang]))
    for run in runs:
        lines = run.splitlines()
        cells = [len(re.findall(r"(?<!\\)\|", line)) for line in lines]
        assert set(cells) == {cells[0]}
        assert re.fullmatch(r"\|(?: --- \|)+", lines[1])
        assert len(lines) > 2


def test_every_picture_is_there(card, project):
    images = [b for b in blocks_of(card["es"]) if b["type"] == "image"]

    assert len(images) >= 4
    for image in images:
        assert (project / image["path"]).read_bytes().startswith(b"\x89PNG")


def test_every_finding_of_a_demographic_kind_is_told_among_the_inputs(data, project):
    told = json.loads((data / "model_card/demographic_inputs.json").read_text("utf-8"))["variables"]
    terms = json.loads(gzip.decompress((project / "layers/model/vocabulary.json.gz").read_bytes()))["terms"]
    named = {i for v in told for i in v["findings"]}

    assert {t["id"] for t in terms if t["kind"] == "demographic"} <= named <= {t["id"] for t in terms}


def test_how_many_confirmed_cases_a_hospital_needs_is_counted_right(texts):
    text = next(a for a in texts["attributes"] if a["id"] == "local_validity")["text"][1]["en"]
    share = math.ceil(1.959964**2 * 0.25 / 0.05**2)
    none_missed = next(n for n in range(1, 999) if binom.cdf(0, n, 0.05) <= 0.05)
    one_missed = next(n for n in range(2, 999) if binom.cdf(1, n, 0.05) <= 0.05)

    assert re.findall(r"\d{2,}", text) == [str(share), "95", "95", "95", str(none_missed), str(one_missed)]
