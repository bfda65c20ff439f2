"""What is read of the orphan diseases and of the published patients."""

from __future__ import annotations

import json

import pytest
from orphan_parts import A, B, C, Toy, disease

from centinela_training.orphan import knowledge, patients
from centinela_training.orphan.knowledge import Annotation
from centinela_training.orphan.patients import Case


def by_code(diseases, code):
    return next(d for d in diseases if code in d.codes)


class TestReading:
    def test_every_code_names_one_disease(self, diseases):
        codes = [code for d in diseases for code in d.codes]
        assert len(codes) == len(set(codes))
        assert 10_300 < len(diseases) < 10_600
        assert [d.code for d in diseases] == sorted(d.code for d in diseases)

    def test_marfan_is_merged_and_named_in_both_languages(self, diseases):
        entry = by_code(diseases, "OMIM:154700").entry()
        assert entry == {
            "code": "ORPHA:558",
            "codes": ["ORPHA:558", "OMIM:154700", "ICD10:Q87.4"],
            "en": "Marfan syndrome",
            "es": "Síndrome de Marfan",
            "es_lang": "es",
            "prevalence": "1-5 / 10 000",
        }

    def test_inheritance_and_onset_are_read_of_both_twins(self, diseases):
        duchenne = by_code(diseases, "OMIM:310200")
        assert duchenne.inheritance == (knowledge.X_RECESSIVE,)
        assert set(duchenne.onset) <= knowledge.ONSET_YEARS.keys() and duchenne.onset

    def test_a_wider_spanish_name_is_shown_as_a_form_of_it(self, diseases):
        d = by_code(diseases, "OMIM:615006")
        name = "Forma de «ST3GAL3-CDG» (Developmental and epileptic encephalopathy 15)"
        assert (d.es, d.es_lang) == (name, "es")

    def test_without_a_spanish_name_the_english_one_says_so(self, diseases):
        unnamed = [d for d in diseases if d.es_lang == "en"]
        assert unnamed and all(d.es == d.en for d in unnamed)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("3/7", (3, 7)),
            ("45%", (4.5, 10)),
            ("HP:0040281", (8.95, 10)),
            ("Occasional (29-5%)", (1.7, 10)),
            ("HP:0040285", (0, 10)),
            ("", (0, 0)),
        ],
    )
    def test_frequency(self, text, expected):
        assert knowledge.frequency(text) == pytest.approx(expected)

    def test_an_unknown_frequency_is_not_guessed(self):
        with pytest.raises(KeyError):
            knowledge.frequency("HP:0000001")

    def test_papers_are_sorted_and_unique(self, diseases):
        known = knowledge.papers(diseases)
        assert known == sorted(set(known))
        assert set(known) >= {p for d in diseases[::50] for a in d.annotations for p in a.papers}

    def test_entries_are_plain_json(self, diseases):
        assert json.loads(json.dumps([d.entry() for d in diseases[:50]]))[0]["code"] == diseases[0].code


class TestForgetting:
    def test_terms_only_the_paper_gave_are_gone(self):
        of = [Annotation(t, 1, 1, frozenset(p)) for t, p in ((A, {7}), (B, {7, 8}), (C, {8}))]
        assert knowledge.forgetting(disease(annotations=of), frozenset({7})) == (of[2],)


class TestPatients:
    def test_observed_is_one_of_one_excluded_none_of_one_and_unmentioned_nothing(self):
        case = Case((A,), "X:1", 0, frozenset({5}), "cohort", (B,))
        stated = [Annotation(A, 1, 1, frozenset({5})), Annotation(B, 0, 1, frozenset({5}))]
        assert patients.annotations([case]) == stated

    def test_what_is_observed_is_not_excluded_as_well(self):
        stated = patients.annotations([Case((A,), "X:1", 0, frozenset(), "", (A, B))])
        assert [(a.term, a.seen) for a in stated] == [(A, 1), (B, 0)]

    def test_patients_join_their_disease_and_unknown_diseases_follow_by_code(self):
        known = [disease("X:1", [Annotation(A, 1, 2, frozenset())])]
        cases = [
            Case((B,), "X:1", 0, frozenset({1}), ""),
            Case((C,), "Z:9", None, frozenset({2}), ""),
            Case((C,), "Y:5", None, frozenset({3}), ""),
            Case((), "W:1", None, frozenset({4}), "", (A,)),  # nobody was seen with anything
        ]
        joined = patients.with_patients(known, cases, {"Y:5": "Yes"})
        assert [(d.code, d.en) for d in joined] == [("X:1", "X:1"), ("Y:5", "Yes"), ("Z:9", "Z:9")]
        assert joined[0].annotations == known[0].annotations
        assert joined[0].patients == (Annotation(B, 1, 1, frozenset({1})),)
        assert joined[1].patients == (Annotation(C, 1, 1, frozenset({3})),)

    @pytest.mark.parametrize(
        ("duration", "expected"),
        [("P5Y8M", 5.67), ("P3W", 0.06), ("P1D", 0), ("P200Y", 120), ("", None), (None, None)],
    )
    def test_years(self, duration, expected):
        assert patients.years(duration) == expected

    def test_a_shipped_case_is_read_as_it_stands(self):
        raw = {
            "idis": ["X:1"], "pmid": ["PMID:12"], "sex": "FEMALE", "age": "P2Y", "cohort": "FBN1",
            "obs": ["HP:B", "HP:B", "HP:old"], "exc": ["HP:C", "HP:mortality"],
        }  # fmt: skip
        vocabulary = Toy(replaced={"HP:old": "HP:A"})
        [case] = patients.read_cases([raw], vocabulary, {"X:1": 4})
        assert case == Case((B, A), "X:1", 4, frozenset({12}), "FBN1", (C,), 2.0, "F")
