import gzip
import hashlib
import json

import pytest

from centinela_training.vocabulary import SYNONYMS, Ontology, Vocabulary, closure, normalise
from centinela_training.whole.requests import Names


def term(vocabulary: Vocabulary, slug: str) -> dict:
    return vocabulary.terms[vocabulary.index[vocabulary.slug_id[slug]]]


def items(vocabulary: Vocabulary, entries: list[int]) -> set[str]:
    return {vocabulary.items[i] if i >= 0 else "not " + vocabulary.items[~i] for i in entries}


@pytest.fixture(scope="module")
def synonyms(data) -> list[dict]:
    return json.loads((data / SYNONYMS).read_text("utf-8"))["terms"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dolor torácico", "dolor toracico"),
        ("  dolor_pecho ", "dolor pecho"),
        ("Niño/a (2 años)", "nino a 2 anos"),
        ("¿?", ""),
        ("a\u0903b a\u20ddb", "ab ab"),
    ],
)
def test_normalise_forgives_case_accents_and_punctuation(name, expected):
    assert normalise(name) == expected
    assert normalise(normalise(name)) == expected


def test_a_finding_switches_on_its_own_items_and_those_it_implies(vocabulary):
    on = items(vocabulary, term(vocabulary, "dolor_pecho")["on"])

    assert on == {"E_53", "V:dolor_pecho"}


def test_a_general_word_switches_on_every_question_of_its_group(vocabulary):
    on = items(vocabulary, term(vocabulary, "fatiga")["on"])

    assert {"E_88", "E_89", "E_175"} <= on


def test_a_question_that_asks_the_opposite_is_switched_off(vocabulary):
    assert items(vocabulary, term(vocabulary, "obstipacion")["on"]) == {"not E_150"}


def test_denying_a_finding_denies_what_lies_below_it(vocabulary):
    off = items(vocabulary, term(vocabulary, "tos")["off"])

    assert {"E_201", "E_77"} <= off


def test_present_wins_over_absent_on_one_item(vocabulary):
    chest, pain = (vocabulary.index[vocabulary.slug_id[s]] for s in ("dolor_pecho", "dolor"))

    encoded = vocabulary.encode(present=[chest], absent=[pain])

    assert encoded[vocabulary.item_index["E_53"]] == 1
    assert encoded[vocabulary.item_index["V:dolor_abdomen"]] == -1


def test_the_turned_round_evidence_is_no_item(vocabulary):
    assert "E_209" not in vocabulary.item_index


def test_every_curated_name_is_unique_after_normalising(vocabulary):
    owners: dict[str, set[str]] = {}
    for entry in vocabulary.terms:
        if "slug" in entry:
            for name in [*entry.get("syn_es", ()), *entry.get("syn_en", ()), entry["slug"]]:
                owners.setdefault(normalise(name), set()).add(entry["id"])

    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_every_term_has_a_name_in_both_languages(vocabulary):
    ontology = vocabulary.ontology
    untranslated = [t for t in ontology.phenotypes if t not in vocabulary.by_id and t not in ontology.spanish]

    assert [entry["id"] for entry in vocabulary.terms if not entry["es"] or not entry["en"]] == []
    assert untranslated == ["HP:0033372"]


def test_the_graph_has_no_circle(vocabulary):
    assert [i for i, up in enumerate(vocabulary.up) if any(i in vocabulary.closures[p] for p in up)] == []


def test_hpos_own_logic_is_kept_apart_from_ours(vocabulary):
    for term in ("HP:0001945", "HP:0002249", "HP:0001250"):
        own = {vocabulary.ids[a] for a in closure(vocabulary.hpo_up, vocabulary.index[term])}
        released = vocabulary.ontology.ancestors(term) & set(vocabulary.ontology.phenotypes)

        assert own == released


def test_a_wrong_official_label_is_no_name(vocabulary):
    chills = term(vocabulary, "escalofrios")

    assert "Resfriado" not in chills.get("syn_es", [])


@pytest.mark.parametrize("name", ["visual aura", "Auras visuales", "aura visual", "auras"])
def test_an_aura_is_no_seizure_unless_it_is_said(vocabulary, name):
    named = [
        entry["id"]
        for entry in vocabulary.terms
        for given in (entry["es"], entry["en"], *entry.get("syn_es", ()), *entry.get("syn_en", ()))
        if normalise(given) == normalise(name)
    ]

    assert named == []


def test_obsolete_ids_lead_to_live_terms(vocabulary):
    assert vocabulary.replaced
    assert all(new in vocabulary.index for new in vocabulary.replaced.values())


def test_hpo_is_shipped_byte_identical(data):
    released = hashlib.sha256(gzip.decompress((data / "hpo/hp.v2025-05-06.json.gz").read_bytes())).hexdigest()

    assert json.loads(gzip.decompress((data / "hpo/hp.v2025-05-06.json.gz").read_bytes()))["graphs"]
    assert len(Ontology(data).label) > 19_000
    assert released == "10766771eaec15f78d3d2e7807698fe5cf9d0e6f08ef9998c28e88883837d6a7"


def test_hemiplegia_carries_the_rule_name_of_hemiparesis(vocabulary):
    assert "Hemiparesis" in vocabulary.terms[vocabulary.index["HP:0002301"]]["red"]


def test_further_terms_carry_the_rule_names_that_the_data_give_them(vocabulary, data):
    given = json.loads((data / "findings/red_names.json").read_text("utf-8"))["names"]

    assert len(given) > 100
    for term_id, entry in given.items():
        assert set(entry["red_flag_names"]) <= set(vocabulary.terms[vocabulary.index[term_id]]["red"])
        assert entry["en"] == vocabulary.terms[vocabulary.index[term_id]]["en"]


@pytest.mark.parametrize("slug", ["ictus_previo", "infarto_previo"])
def test_a_word_for_the_event_itself_is_no_name_of_a_past_one(vocabulary, slug):
    entry = term(vocabulary, slug)
    names = {normalise(n) for n in [*entry.get("syn_es", []), *entry.get("syn_en", [])]}

    assert not names & {"ictus", "stroke", "infarto", "heart attack"}


def test_every_synonym_of_ours_stands_for_its_own_term(vocabulary, synonyms):
    names = Names(vocabulary)
    meant = [(n, row["id"]) for row in synonyms for n in [*row["syn_es"], *row["syn_en"]]]

    assert {
        name: term for name, term in meant if names.by_name.get(normalise(name)) != vocabulary.index[term]
    } == {}
    assert len({normalise(name) for name, _ in meant}) == len(meant) > 3_000


def test_words_that_mean_two_things_are_no_synonyms_of_ours(vocabulary, synonyms):
    ambiguous = {normalise(word) for f in vocabulary.curated for word in f.get("ambiguous", ())}
    ours = {normalise(n) for row in synonyms for n in [*row["syn_es"], *row["syn_en"]]}

    assert {"ahogo", "constipado", "sofoco"} <= ambiguous
    assert ours & ambiguous == set()


def test_a_word_that_means_two_things_is_offered_with_each_and_names_none(vocabulary):
    offered = [entry["id"] for entry in vocabulary.terms if "debilidad" in entry.get("ambiguous", ())]

    assert sorted(offered) == ["HP:0001324", "HP:0025406"]
    assert "debilidad" not in Names(vocabulary).by_name


def test_the_synonyms_to_review_show_the_label_of_their_term(vocabulary, synonyms):
    labels = {entry["id"]: entry["es"] for entry in vocabulary.terms}

    assert [row["id"] for row in synonyms if labels[row["id"]] != row["label"]] == []


def test_everyday_terms_are_the_findings_and_those_with_synonyms_of_ours(vocabulary, synonyms):
    everyday = {entry["id"] for entry in vocabulary.terms if entry.get("everyday")}

    assert {"HP:0001945", "HP:0000952"} | {row["id"] for row in synonyms} <= everyday
    assert not everyday & {"HP:0011314", "CEN:color_lesiones_rojo"}
