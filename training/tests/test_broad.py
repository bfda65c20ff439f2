"""The broad layer's sources: findings, merging, profiles."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

from centinela_training.broad import findings, people, profiles
from centinela_training.broad.candidate import Candidate, uninverted, variants
from centinela_training.broad.conditions import Builder
from centinela_training.ddxplus import Ddxplus
from centinela_training.orphan.knowledge import Disease
from centinela_training.vocabulary import BROAD_FINDINGS, BROAD_SYNONYMS, Vocabulary, normalise

ACROMEGALY = Disease("ORPHA:963", ("ORPHA:963",), "Acromegaly", "Acromegalia", "es", None, (), frozenset())
DIABETES = Disease("OMIM:125853", ("OMIM:125853",), "Type 2 diabetes", "x", "en", None, (), frozenset())


@pytest.fixture(scope="module")
def trained(data: Path) -> list[dict]:
    clinical = json.loads((data / "clinical/conditions.json").read_text("utf-8"))["conditions"]
    return [{"key": c["ddxplus_name"], "code": f"ICD10:{c['icd10']}", "name": c["name"]} for c in clinical]


@pytest.fixture(scope="module")
def bare(data: Path) -> Vocabulary:
    """The vocabulary before the broad layer's findings."""
    return Vocabulary(data, broad=False)


@pytest.fixture(scope="module")
def candidates(data: Path, trained: list[dict]) -> list[Candidate]:
    return Builder(data, trained, [ACROMEGALY, DIABETES]).candidates


@pytest.fixture(scope="module")
def reader(vocabulary: Vocabulary, data: Path, ddxplus: Ddxplus) -> profiles.Reader:
    return profiles.Reader(vocabulary, data, ddxplus)


def named(candidates: list[Candidate], en: str) -> Candidate:
    [found] = [c for c in candidates if c.en == en]
    return found


class TestFindings:
    def test_files_are_what_the_data_give(self, bare: Vocabulary, data: Path) -> None:
        made, names = findings.build(bare), findings.synonyms(bare)

        assert made == json.loads((data / BROAD_FINDINGS).read_text("utf-8"))
        assert names == json.loads((data / BROAD_SYNONYMS).read_text("utf-8"))

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Asymptomatic", False),
            ("No symptoms", False),
            ("any symptom", False),
            ("visual aura", False),
            ("flu-like symptoms", True),
        ],
    )
    def test_says_whether_a_name_is_a_finding(self, name: str, expected: bool) -> None:
        assert findings.is_finding(name) is expected

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("throbbing toothache", "CEN:dolor_dientes"),
            ("pain on chewing", "HP:0012531"),
            ("no fever", None),
            ("reduced cough", None),
        ],
    )
    def test_a_name_is_a_kind_of_its_last_words(self, bare: Vocabulary, name: str, kind: str | None) -> None:
        found = findings.Names(bare).kind_of(name)

        assert (bare.ids[found] if found is not None else None) == kind

    def test_new_terms_leave_the_others_as_they_are(self, vocabulary: Vocabulary, bare: Vocabulary) -> None:
        assert vocabulary.ids[: len(bare.ids)] == bare.ids
        assert vocabulary.items == bare.items
        assert len(vocabulary.ids) > len(bare.ids) + 1000
        for old, new in zip(bare.terms, vocabulary.terms, strict=False):
            kept = {k: v for k, v in new.items() if not k.startswith(("syn_", "everyday"))}
            assert kept == {k: v for k, v in old.items() if not k.startswith(("syn_", "everyday"))}
            assert set(old.get("syn_es", ())) <= set(new.get("syn_es", ()))

    def test_every_new_term_has_both_names(self, vocabulary: Vocabulary, bare: Vocabulary) -> None:
        assert all(t["es"] and t["en"] and t["slug"] for t in vocabulary.terms[len(bare.ids) :])


class TestConditions:
    def test_undoes_inversion_and_parentheses(self) -> None:
        assert uninverted("Hematoma, Subdural, Acute") == "Acute Subdural Hematoma"
        assert variants("Hives (urticaria)") == {"hives urticaria", "hives", "urticaria"}

    def test_no_code_stands_for_two(self, candidates: list[Candidate]) -> None:
        codes = Counter(code for c in candidates for code in c.codes)

        assert [code for code, n in codes.items() if n > 1] == []
        assert all(c.codes for c in candidates)

    def test_over_five_hundred_of_its_own_with_both_names(self, candidates: list[Candidate]) -> None:
        own = [c for c in candidates if not c.trained and not c.orphan]

        assert len(own) > 500
        assert sum(c.source_kind in ("agency", "reference") for c in own) > 500
        assert all(c.es and c.en and c.es_lang in ("es", "en") for c in own)
        assert all(c.es_lang == "es" for c in own if c.clinical)

    def test_the_forty_nine_come_first_and_once(
        self, candidates: list[Candidate], trained: list[dict]
    ) -> None:
        assert [c.trained for c in candidates if c.trained] == [entry["key"] for entry in trained]
        assert [c.code for c in candidates[:49]] == [entry["code"] for entry in trained]
        cancer = named(candidates, "Pulmonary neoplasm")
        assert "DOID:3683" in cancer.codes
        assert [row["name_en"] for row in cancer.clinical] == ["Lung cancer"]

    def test_one_condition_under_two_ids_is_merged(self, candidates: list[Candidate]) -> None:
        merged = named(candidates, "Gallstones")

        assert {"DOID:10211", "MESH:D042882", "ICD10:K80"} <= set(merged.codes)
        assert named(candidates, "Nephrotic syndrome").es == "Síndrome nefrótico"

    def test_two_names_of_one_condition_are_merged(self, candidates: list[Candidate]) -> None:
        merged = named(candidates, "Cardiac arrest")

        assert {row["name_en"] for row in merged.clinical} == {"Cardiac arrest", "Sudden cardiac arrest"}
        assert merged.stated("urgency") == "emergency"
        assert "DOID:1947" in named(candidates, "Trichomoniasis").codes
        names = [c.en for c in candidates]
        assert not {"Sudden cardiac arrest", "Liver abscess (pyogenic)", "Abdominal Hernia"} & set(names)

    def test_sources_are_named_by_title_and_publisher(self, candidates: list[Candidate]) -> None:
        glaucoma = named(candidates, "Acute angle-closure glaucoma").sources()

        assert "Acute angle-closure glaucoma, StatPearls (NCBI Bookshelf)" in glaucoma
        assert not [s for c in candidates for s in c.sources() if "://" in s]

    def test_a_text_without_a_title_is_shown_by_its_address(self) -> None:
        row = {"source_kind": "agency", "sources": [[None, None, "https://example.org"]]}

        assert Candidate("c", "c", "es", ["DOID:1"], clinical=[row]).sources() == ["https://example.org"]

    def test_an_orphanet_disease_is_that_row_and_an_omim_entry_is_not(
        self, candidates: list[Candidate]
    ) -> None:
        assert named(candidates, "Acromegaly").orphan == "ORPHA:963"
        assert named(candidates, "Type 2 diabetes").orphan is None

    def test_states_urgency_only_where_a_known_source_does(self, candidates: list[Candidate]) -> None:
        assert named(candidates, "Acute pancreatitis").stated("urgency") == "urgent"
        unknown = [c for c in candidates if c.source_kind == "other"]
        assert unknown
        assert all(c.stated("urgency") is None and c.stated("course") is None for c in unknown)

    def test_keeps_what_unknown_texts_say_of_gravity_apart(self, candidates: list[Candidate]) -> None:
        by_kind = {kind: [c for c in candidates if c.source_kind == kind] for kind in ("other", "literature")}
        said = {c.unconfirmed() for c in by_kind["other"]}

        assert said == {"urgent", "acute", None}
        assert {c.unconfirmed() for c in by_kind["literature"]} == {None}
        assert named(candidates, "Acute limb ischemia").unconfirmed() == "urgent"


class TestDuplicates:
    @pytest.mark.parametrize(
        ("kept", "other"),
        [
            ("Gout", "Gouty arthritis"),
            ("Hives (urticaria)", "Acute urticaria"),
            ("Dry eye", "Dry eye (keratoconjunctivitis sicca)"),
            ("Bronchiolitis", "Viral bronchiolitis"),
            ("Subarachnoid hemorrhage", "Ruptured brain aneurysm"),
            ("Moderate or severe head injury", "Moderate or severe traumatic brain injury"),
            ("Iron-deficiency anemia", "Hypochromic (iron deficiency) anemia"),
        ],
    )
    def test_one_condition_of_two_texts_stands_once_by_the_wider_name(
        self, candidates: list[Candidate], kept: str, other: str
    ) -> None:
        texts = {row["name_en"] for row in named(candidates, kept).clinical}

        assert {kept, other} <= texts | {kept}
        assert other not in {c.en for c in candidates}

    @pytest.mark.parametrize("one", ["Mumps", "Acute pancreatitis", "Falciparum malaria", "Pemphigoid"])
    def test_a_like_name_or_a_kind_of_it_is_another_condition(
        self, candidates: list[Candidate], one: str
    ) -> None:
        assert len({row["id"] for row in named(candidates, one).clinical}) == 1

    def test_no_two_rows_of_one_code_share_an_everyday_name(self, candidates: list[Candidate]) -> None:
        owners: dict[tuple[str, str], set[str]] = defaultdict(set)
        for c in candidates:
            for row in c.clinical:
                for name in {normalise(row.get(key) or "") for key in ("name_es", "lay_es")} - {""}:
                    if row.get("icd10"):
                        owners[row["icd10"], name].add(c.en)

        assert {key: names for key, names in owners.items() if len(names) > 1} == {}


class TestPeople:
    @pytest.mark.parametrize(
        ("en", "sex", "since", "below"),
        [
            ("Pelvic inflammatory disease", "F", None, None),
            ("Testicular torsion", "M", None, None),
            ("Ectopic pregnancy", "F", 10, 56),
            ("Postpartum psychosis", "F", 10, 56),
            ("Primary dysmenorrhea", "F", 10, 56),
            ("Retained Placenta", "F", 10, 56),
            ("Postmenopausal osteoporosis", "F", 10, None),
            ("Benign prostatic hyperplasia", "M", 10, None),
            # Bleeding after menopause is of the gravest, and a child may bleed too.
            ("Abnormal vaginal bleeding", "F", None, None),
            ("Breast cancer", None, None, None),
            ("Neonatal jaundice", None, None, 1),
            ("Febrile infant under 3 months", None, None, 1),
            ("Infant diarrhea", None, None, 2),
            ("Urinary incontinence in children (enuresis)", None, None, 25),
            # It lasts; and who has a condition most often is not who has it alone.
            ("Neonatal diabetes mellitus", None, None, None),
            ("Shigellosis (bacillary dysentery)", None, None, None),
            ("Brachial plexus injury", None, None, None),
        ],
    )
    def test_a_text_that_says_it_of_one_sex_or_age_rules_out_the_others(
        self, candidates: list[Candidate], en: str, sex: str | None, since: float | None, below: float | None
    ) -> None:
        found = named(candidates, en)

        limits = (people.only_sex(found), people.only_from(found), people.only_below(found))
        assert limits == (sex, since, below)

    @pytest.mark.parametrize("age", [4.0, 78.0])
    def test_nobody_is_pregnant_as_a_child_or_in_old_age(
        self, candidates: list[Candidate], age: float
    ) -> None:
        possible = people.People(candidates).possible("F", age)

        of_pregnancy = [
            i for i, c in enumerate(candidates) if any(r.get("icd10", "").startswith("O") for r in c.clinical)
        ]
        assert len(of_pregnancy) > 20
        assert not possible[of_pregnancy].any()

    def test_no_trained_condition_is_ruled_out(self, candidates: list[Candidate]) -> None:
        who = people.People(candidates)

        for sex, age in (("F", 0.0), ("M", 0.0), ("F", 110.0), ("M", 110.0)):
            assert who.possible(sex, age)[: len(trained_of(candidates))].all()

    def test_who_is_of_one_sex_is_where_the_profile_is_surest(
        self, reader: profiles.Reader, candidates: list[Candidate]
    ) -> None:
        limited = [c for c in candidates if c.clinical and people.only_sex(c)]

        assert len(limited) > 70
        assert all(reader.read(c).sex == (people.only_sex(c), 1.0) for c in limited)


def trained_of(candidates: list[Candidate]) -> list[Candidate]:
    return [c for c in candidates if c.trained]


class TestProfiles:
    def test_reads_words_percentages_and_context(
        self, reader: profiles.Reader, candidates: list[Candidate], vocabulary: Vocabulary
    ) -> None:
        read = reader.read(named(candidates, "Abdominal wall hernia"))

        assert read.findings[vocabulary.index["HP:0100790"]] == profiles.FREQUENCY["defining"]
        assert read.context[vocabulary.index["CEN:esfuerzo_defecatorio"]] == profiles.CONTEXT_P

    def test_a_condition_without_findings_is_known_from_abstracts_alone(
        self, reader: profiles.Reader, candidates: list[Candidate]
    ) -> None:
        read = reader.read(named(candidates, "Aortic Rupture"))

        assert read.findings == {}
        assert len(read.literature) > 10

    @pytest.mark.parametrize(("age", "group"), [(0, 0), (0.1, 1), (1.9, 1), (17.9, 3), (65, 5), (120, 5)])
    def test_groups_ages(self, age: float, group: int) -> None:
        assert profiles.age_group(age) == group

    def test_closed_profiles_hold_every_broader_term(
        self, reader: profiles.Reader, candidates: list[Candidate], vocabulary: Vocabulary
    ) -> None:
        direct = [reader.read(c) for c in candidates[49:79]]

        built = profiles.build(direct, vocabulary)

        p = built.clinical.matrix(built.clinical.values, len(direct)).toarray()
        for row, d in enumerate(direct):
            for term, value in d.structured.items():
                for above in vocabulary.closures[term] - {vocabulary.index["HP:0000118"]}:
                    assert p[above, row] >= value - 1 / 255
        assert built.background.dtype == np.float32
        assert np.all(built.information > 0)
