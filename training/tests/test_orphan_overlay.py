"""Profiles changed for single cases: papers left out, known patients of other papers added."""

from __future__ import annotations

import json

import numpy as np
import pytest
from orphan_parts import A, B, C, D, E, Toy, counted, disease

from centinela_training.orphan.knowledge import Annotation
from centinela_training.orphan.overlay import Overlay, RowMaker, read_patients
from centinela_training.orphan.patients import Case, annotations, with_patients
from centinela_training.orphan.profiles import (
    Background,
    Graph,
    disease_profile,
    matrix,
    ratio_vector,
    ratios,
)
from centinela_training.orphan.ratios import encode_ratios
from centinela_training.orphan.store import withdrawn

TOY = Toy()
N = len(TOY.ids)
DISEASES = [
    disease("X:1", (*counted({D: (3, 4)}, 1), *counted({B: (1, 2)}, 2))),
    disease("X:2", counted({E: (2, 4)}, 3), patients=counted({C: (1, 1)}, 4)),
    disease("X:3", counted({C: (1, 3)}, 5)),
]


def case(row, present, *papers, code="", absent=()):
    return Case(tuple(present), code, row, frozenset(papers), "", tuple(absent))


def remember(row, disease):
    """In the place of a row: what it would be made from."""
    return {"row": row, "annotations": disease.annotations, "patients": disease.patients}


def random_patients(rng, n, prefix):
    """``n`` patients, each with a term of its own for a name; few papers, so that many share one."""
    patients = []
    for i in range(n):
        row, code = [(0, "X:1"), (1, "X:2"), (2, "X:3"), (None, "Y:1"), (None, "Y:2")][rng.integers(5)]
        papers = rng.choice(12, rng.integers(3), replace=False).tolist()
        patients.append((f"{prefix}{i}", case(row, [1000 + i], *papers, code=code)))
    return patients


class TestSupport:
    @pytest.mark.parametrize("seed", range(20))
    @pytest.mark.parametrize("leave_paper_out", [False, True])
    def test_equals_rebuilding_every_row_for_every_case(self, seed, leave_paper_out):
        """Support of the case's papers, and the case itself, is never used; all other support always is."""
        rng = np.random.default_rng(seed)
        support = random_patients(rng, 25, "s")
        # Some cases are support patients themselves.
        cases = random_patients(rng, 15, "c") + [support[i] for i in rng.choice(25, 5, replace=False)]
        overlay = Overlay(DISEASES, support, remember)
        header = overlay.header()
        shared = {row["row"]: row for row in header["rows"]}
        codes = [d.code for d in DISEASES] + [new["code"] for new in header["new"]]
        for name, patient in cases:
            changed = {row["row"]: row for row in overlay.changes(name, patient, leave_paper_out)["rows"]}
            for row, code in enumerate(codes):
                bare = DISEASES[row] if row < len(DISEASES) else disease(code)
                if leave_paper_out and code == patient.disease:
                    bare = withdrawn(bare, patient.papers)
                others = [
                    c for n, c in support if c.disease == code and n != name and not c.papers & patient.papers
                ]
                expected = remember(row, with_patients([bare], [_at(c, 0) for c in others], {})[0])
                unchanged = remember(row, DISEASES[row]) if row < len(DISEASES) else None
                assert changed.get(row, shared.get(row, unchanged)) == expected

    def test_diseases_that_only_support_knows_follow_after_the_bundles(self):
        support = [
            ("a", case(None, [A], code="Y:2")),
            ("b", case(None, [B], code="Y:1")),
            ("c", case(1, [A])),
        ]
        header = Overlay(DISEASES, support, remember).header()
        assert header["new"] == [{"code": "Y:2", "codes": ["Y:2"]}, {"code": "Y:1", "codes": ["Y:1"]}]
        assert [row["row"] for row in header["rows"]] == [1, 3, 4]

    def test_without_support_only_the_true_row_changes(self):
        overlay = Overlay(DISEASES, [], remember)
        assert overlay.header() == {"new": [], "rows": []}
        [row] = overlay.changes("x", case(0, [D], 1), leave_paper_out=True)["rows"]
        assert row == {"row": 0, "annotations": DISEASES[0].annotations[1:], "patients": ()}
        assert overlay.changes("x", case(0, [D], 1), leave_paper_out=False)["rows"] == []
        assert overlay.changes("x", case(None, [D], 1, code="Z:1"), leave_paper_out=True)["rows"] == []

    def test_the_bundles_own_published_patients_of_the_paper_are_withdrawn_too(self):
        rest = withdrawn(DISEASES[1], frozenset({4}))
        assert rest.patients == () and rest.annotations == DISEASES[1].annotations


def _at(patient, row):
    return case(row, patient.present, *patient.papers, absent=patient.absent)


@pytest.fixture(scope="module")
def maker():
    graph = Graph(TOY)
    profiles = matrix([disease_profile(d) for d in DISEASES], N)
    background = Background.of(profiles, graph)
    table = encode_ratios(ratios(profiles, background, graph))
    return RowMaker(table, background, graph, N), table, background, graph


class TestRows:
    def test_a_disease_as_it_is_gets_the_bundles_own_row(self, maker):
        make, table, *_ = maker
        for row, d in enumerate(DISEASES):
            held = [
                (t, int(table.codes[i]))
                for t in range(N)
                for i in range(table.offsets[t], table.offsets[t + 1])
                if table.rows[i] == row
            ]
            made = make(row, d)
            assert (made["row"], made["discounted"]) == (row, row == 1)
            assert list(zip(made["terms"], made["codes"], strict=True)) == held

    def test_a_changed_disease_gets_the_ratios_of_its_new_profile(self, maker):
        make, table, background, graph = maker
        supported = with_patients(DISEASES, [case(0, [E], 9, absent=[D])], {})[0]
        made = make(0, supported)
        exact = ratio_vector(disease_profile(supported), background, graph, N)
        decoded = table.decode(np.array(made["codes"]))
        assert made["discounted"] and E in made["terms"]
        inside = [
            table.minimum <= np.log(exact[t]) <= table.minimum + 255 * table.step for t in made["terms"]
        ]
        for term, ratio, fits in zip(made["terms"], decoded, inside, strict=True):
            assert not fits or np.log(ratio) == pytest.approx(np.log(exact[term]), abs=table.step / 2 + 1e-9)
        assert any(inside)

    def test_a_disease_of_which_nothing_is_known_has_no_terms(self, maker):
        assert maker[0](7, disease()) == {"row": 7, "terms": [], "codes": [], "discounted": False}

    def test_rows_are_plain_json(self, maker):
        made = maker[0](0, DISEASES[0])
        assert json.loads(json.dumps(made)) == made


class TestReading:
    def test_intensity_nought_is_absent_and_unknown_findings_are_left_out(self, tmp_path):
        told = {
            "id": "a",
            "request": {
                "symptoms": {"HP:D": 5, "HP:E": 0, "HP:nowhere": 4},
                "absent": ["HP:C", "HP:nowhere"],
            },
            "truth": {"codes": ["OMIM:9", "X:2"]},
            "pmids": ["PMID:12", "34"],
        }
        bare = {"id": "b", "request": {"symptoms": {}}, "truth": {"codes": ["Y:1"]}}
        path = tmp_path / "cases.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in (told, bare)))
        assert read_patients(path, TOY, {"X:1": 0, "X:2": 1}) == [
            ("a", case(1, [D], 12, 34, code="OMIM:9", absent=[E, C])),
            ("b", case(None, [], code="Y:1")),
        ]


def test_annotations_of_support_say_which_paper_they_are_of():
    assert annotations([case(0, [D], 3, absent=[E])]) == [
        Annotation(D, 1, 1, frozenset({3})),
        Annotation(E, 0, 1, frozenset({3})),
    ]
