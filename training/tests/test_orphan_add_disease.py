"""A disease added to a small bundle: Marfan syndrome, among a few hundred diseases and those most like it."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import sys
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
from orphan_parts import small_part, untrained

from centinela_training.bundle import file_entries, write_gz, write_manifest
from centinela_training.orphan import add_disease, published, store
from centinela_training.orphan.add_disease import Addition
from centinela_training.orphan.disease_file import DiseaseError, Reader
from centinela_training.orphan.part import OrphanPart
from centinela_training.orphan.patients import load_cases
from centinela_training.orphan.ratios import Scorer, read_profiles, write_profiles
from centinela_training.simulate import State

MARFAN, COMMON = "ORPHA:558", 2
# Loeys-Dietz, congenital contractural arachnodactyly, MASS, Weill-Marchesani, homocystinuria, Shprintzen-Goldberg.
LIKE_IT = ("OMIM:609192", "OMIM:121050", "OMIM:604308", "OMIM:608328", "OMIM:236200", "OMIM:182212")
NAME = {"es": "Síndrome de Marfan", "en": "Marfan syndrome"}
# Lens dislocation, tall stature, aortic root aneurysm, long fingers, pectus excavatum, scoliosis.
TYPICAL = ("HP:0001083", "HP:0000098", "HP:0002616", "HP:0001166", "HP:0000767", "HP:0002650")


@dataclass(frozen=True)
class Setting:
    folder: object
    part: OrphanPart
    marfan: object
    patients: list


@pytest.fixture(scope="module")
def setting(tmp_path_factory, data, vocabulary, diseases, graph):
    """A bundle that lacks Marfan syndrome, the disease, and its published patients."""
    folder = tmp_path_factory.mktemp("bundle")
    rows = random.Random(2).sample(range(len(diseases)), 300)
    alike = {i for i, d in enumerate(diseases) if set(d.codes) & set(LIKE_IT)}
    [marfan] = [d for d in diseases if d.code == MARFAN]
    known = [diseases[i] for i in sorted({*rows, *alike}) if diseases[i] is not marfan]
    known[0] = replace(known[0], patients=known[0].annotations[:1])
    part = small_part(known, vocabulary, graph)
    write_profiles(folder / "orphan_profiles.bin", part.ratios)
    (folder / "orphan_net.onnx").write_bytes(part.model)
    write_gz(folder / "orphan_diseases.json.gz", [store.entry(d) for d in known])
    write_gz(folder / "vocabulary.json.gz", {"terms": [{"id": t} for t in vocabulary.ids]})
    store.write(folder, known, part.knowledge.background, untrained(part.knowledge.propagated))
    published.write(folder, known, load_cases(data, vocabulary, known))
    broad = [("ICD10:R50", len(known)), ("DOID:1", 3), ("MESH:D1", None), ("ICD10:R07", len(known) + 1)]
    entries = [{"code": c, "codes": [c], "en": c} | ({} if row is None else {"row": row}) for c, row in broad]
    write_gz(folder / "broad_conditions.json.gz", entries)
    write_gz(folder / "papers.json.gz", [1, 7])
    (folder / "golden.json").write_text('[{"name": "of a training run"}]')
    manifest = {
        "common": {"conditions": [{"code": "ICD10:J06.9", "codes": ["ICD10:J06.9"], "name": {"en": "URTI"}}]},
        "orphan": {
            "file": "orphan_profiles.bin",
            "diseases_file": "orphan_diseases.json.gz",
            "ratio_min": part.ratios.minimum,
            "ratio_step": part.ratios.step,
            "net": {"file": "orphan_net.onnx"},
        },
    }
    write_manifest(folder / "manifest.json", manifest | {"files": file_entries(folder)})
    patients = [c for c in load_cases(data, vocabulary, diseases) if c.disease in marfan.codes]
    return Setting(folder, part, marfan, patients)


@pytest.fixture(scope="module")
def add(setting, vocabulary, graph, tmp_path_factory):
    def added(told, bundle=None):
        out = tmp_path_factory.mktemp("out") / "bundle"
        Addition(bundle or setting.folder, told, vocabulary, graph).write(out)
        return out

    return added


@pytest.fixture(scope="module")
def by_annotations(setting, vocabulary, add):
    """The bundle with Marfan syndrome by its annotations."""
    told = annotated(
        setting, vocabulary, codes=["OMIM:154700"], prevalence="1-5 / 10 000",
        inheritance=["HP:0000006"], onset=["HP:0003577"],
    )  # fmt: skip
    return add(told)


@pytest.fixture(scope="module")
def by_patients(setting, vocabulary, add):
    return add(from_patients(setting, vocabulary)[0])


@pytest.fixture(scope="module")
def served(vocabulary):
    """The orphan part as a folder has it."""

    def read(folder):
        orphan = json.loads((folder / "manifest.json").read_text())["orphan"]
        ratios = read_profiles(folder / orphan["file"], orphan["ratio_min"], orphan["ratio_step"])
        entries = gz(folder / orphan["diseases_file"])
        marks = [e.get("from_patients", False) for e in entries] + [False] * COMMON
        knowledge = SimpleNamespace(diseases=store.read_diseases(folder, vocabulary))
        scorer = Scorer(ratios, vocabulary, np.array(marks))
        return OrphanPart(knowledge, vocabulary, scorer, (folder / orphan["net"]["file"]).read_bytes())

    return read


def gz(path):
    return json.loads(gzip.decompress(path.read_bytes()))


def ids(vocabulary, terms):
    return [vocabulary.ids[t] for t in terms]


def annotated(setting, vocabulary, **more):
    """Marfan syndrome by its annotations, as a file tells them."""
    frequencies = {}
    for a in setting.marfan.annotations:
        often = f"{a.seen:.0f}/{a.of:.0f}" if a.of and a.seen == int(a.seen) else None
        frequencies[vocabulary.ids[a.term]] = often if not a.of or often else f"{100 * a.seen / a.of:.4f}%"
    return {"code": MARFAN, "name": NAME, "annotations": frequencies, **more}


def from_patients(setting, vocabulary, **more):
    """By five published patients with at least six findings, and which of the others are of other papers."""
    told = [c for c in setting.patients if len(c.present) >= 6][:5]
    rows = [
        {
            "present": ids(vocabulary, c.present),
            "absent": ids(vocabulary, c.absent),
            "pmid": f"PMID:{min(c.papers)}",
        }
        for c in told
    ]
    papers = frozenset().union(*(c.papers for c in told))
    others = [c for c in setting.patients if not c.papers & papers and len(c.present) >= 6]
    return {"code": MARFAN, "name": NAME, "patients": rows, **more}, others


def typical(vocabulary):
    return State([vocabulary.index[t] for t in TYPICAL], [], 30, "M", "")


def rank(part, state, row):
    scores = part.logits([state])[0]
    return int((scores >= scores[row]).sum())


class TestNewDisease:
    def test_from_annotations_alone_its_patients_find_it(self, setting, vocabulary, by_annotations, served):
        part = served(by_annotations)
        new = part.n - 1
        assert part.knowledge.diseases[new].code == MARFAN
        assert rank(part, typical(vocabulary), new) == 1
        told = [State(list(c.present), [], 30, "M", "") for c in setting.patients if len(c.present) >= 6]
        first = [rank(part, state, new) == 1 for state in told]
        assert len(first) >= 10 and np.mean(first) > 0.8

    def test_from_five_patients_those_of_other_papers_find_it(self, setting, vocabulary, by_patients, served):
        _, others = from_patients(setting, vocabulary)
        part = served(by_patients)
        new = part.n - 1
        assert rank(part, typical(vocabulary), new) == 1
        first = [rank(part, State(list(c.present), [], 30, "M", ""), new) == 1 for c in others]
        assert len(first) >= 5 and np.mean(first) > 0.7
        assert part.scorer.discounted[new]

    @pytest.mark.parametrize("how", ["annotations", "patients"])
    def test_no_other_disease_changes(self, setting, vocabulary, add, served, how):
        told = (
            annotated(setting, vocabulary) if how == "annotations" else from_patients(setting, vocabulary)[0]
        )
        before, after = served(setting.folder), served(add(told))
        terms = sorted({a.term for d in setting.part.knowledge.diseases for a in d.annotations})
        rng = random.Random(4)
        states = [typical(vocabulary), *(State(rng.sample(terms, 6), [], 30, "F", "") for _ in range(40))]
        n = before.n
        old, new = before.lr(states), after.lr(states)
        np.testing.assert_array_equal(new[:, :n], old[:, :n])
        np.testing.assert_array_equal(new[:, n + 1 :], old[:, n:])  # the trained conditions, one row further
        np.testing.assert_allclose(after.logits(states)[:, :n], before.logits(states), atol=1e-6)

    def test_what_follows_the_orphan_rows_moves_by_one(self, setting, by_annotations):
        folder = by_annotations
        n = setting.part.n
        assert [e.get("row") for e in gz(folder / "broad_conditions.json.gz")] == [n + 1, 3, None, n + 2]
        assert gz(folder / "orphan_diseases.json.gz")[:n] == gz(setting.folder / "orphan_diseases.json.gz")

    def test_what_is_told_besides_is_kept(self, vocabulary, by_annotations):
        assert gz(by_annotations / "orphan_diseases.json.gz")[-1] == {
            "code": MARFAN,
            "codes": [MARFAN, "OMIM:154700"],
            **NAME,
            "es_lang": "es",
            "prevalence": "1-5 / 10 000",
            "decades": 2.3,
        }
        added = store.read_diseases(by_annotations, vocabulary)[-1]
        assert (added.inheritance, added.onset) == (("HP:0000006",), ("HP:0003577",))

    def test_the_patients_papers_are_known_from_then_on(self, setting, vocabulary, by_patients):
        told, _ = from_patients(setting, vocabulary)
        papers = sorted({1, 7, *(int(p["pmid"].removeprefix("PMID:")) for p in told["patients"])})
        assert gz(by_patients / "papers.json.gz") == papers

    def test_its_typical_findings_and_a_row_of_published_patients_follow_those_of_the_others(
        self, setting, by_annotations
    ):
        before, after = (
            [
                np.frombuffer((folder / published.TYPICAL).read_bytes(), np.uint32, 1)[0],
                len(json.loads(gzip.decompress((folder / published.PUBLISHED).read_bytes()))),
            ]
            for folder in (setting.folder, by_annotations)
        )
        assert after == [n + 1 for n in before]

    def test_the_manifest_vouches_for_every_file(self, setting, by_annotations):
        folder = by_annotations
        text = (folder / "manifest.json").read_text()
        manifest = json.loads(text)
        before = json.loads((setting.folder / "manifest.json").read_text())
        assert manifest["files"].keys() == before["files"].keys()
        for name, entry in manifest["files"].items():
            assert entry["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()
        stem, digest = manifest["version"].split("+")
        blank = text.replace(manifest["version"], f"{stem}+00000000")
        assert digest == hashlib.sha256(blank.encode()).hexdigest()[:8] != before["version"][-8:]
        assert json.loads((folder / "golden.json").read_text()) == []

    def test_the_network_stays_a_valid_model(self, setting, by_annotations):
        model = onnx.load(by_annotations / "orphan_net.onnx")
        onnx.checker.check_model(model, full_check=True)
        assert model.graph.output[0].type.tensor_type.shape.dim[1].dim_value == setting.part.n + 1

    def test_the_same_file_gives_the_same_bytes(self, setting, vocabulary, add, by_patients):
        again = add(from_patients(setting, vocabulary)[0])
        assert (again / "manifest.json").read_text() == (by_patients / "manifest.json").read_text()


class TestKnownDisease:
    def test_patients_extend_it_and_leave_all_others_as_they_are(self, setting, vocabulary, add, served):
        told, others = from_patients(setting, vocabulary)
        few = {"HP:0001083": "2/10", "HP:0000098": None}  # a textbook that knows little
        once = add({"code": MARFAN, "codes": ["OMIM:154700"], "name": NAME, "annotations": few})
        twice = add({"code": "OMIM:154700", "patients": told["patients"]}, once)
        before, after = served(once), served(twice)
        row = before.n - 1
        assert after.n == before.n
        states = [State(list(c.present), [], 30, "M", "") for c in others]
        old, new = before.lr(states), after.lr(states)
        np.testing.assert_array_equal(np.delete(old, row, 1), np.delete(new, row, 1))
        assert (new[:, row] > old[:, row]).mean() > 0.8
        cosines = [np.delete(part.cosines(states), row, 1) for part in (before, after)]
        np.testing.assert_allclose(*cosines, atol=1e-6)
        entries = gz(once / "orphan_diseases.json.gz")
        assert gz(twice / "orphan_diseases.json.gz") == [
            *entries[:row],
            entries[row] | {"from_patients": True},
        ]
        assert gz(twice / "broad_conditions.json.gz") == gz(once / "broad_conditions.json.gz")

    def test_its_own_patients_stay(self, setting, vocabulary, add):
        known = setting.part.knowledge.diseases[0]
        folder = add({"code": known.code, "patients": [{"present": ["HP:0001250"]}]})
        extended = store.read_diseases(folder, vocabulary)[0]
        assert extended.annotations == known.annotations
        assert extended.patients[: len(known.patients)] == known.patients
        assert [vocabulary.ids[a.term] for a in extended.patients[len(known.patients) :]] == ["HP:0001250"]


class TestErrors:
    """Field, value and what is allowed."""

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"annotations": {"HP:9999999": "1/2"}}, r'annotations: "HP:9999999" .* HPO below HP:0000118'),
            ({"annotations": {"CEN:mareo": "1/2"}}, r'annotations: "CEN:mareo" .* by its id'),
            ({"annotations": {"HP:0000118": None}}, r'annotations: "HP:0000118" .* below'),
            ({"annotations": {"HP:0001250": "8/7"}}, r'annotations.HP:0001250: "8/7" .* 3/7.* 45%'),
            ({"annotations": {"HP:0001250": "often"}}, r'annotations.HP:0001250: "often" .* or null'),
            ({"annotations": {"HP:0001250": "120%"}}, r'"120%" .* percentage'),
            ({"annotations": {"HP:0001250": 0.5}}, r"annotations.HP:0001250: 0.5 .* class from HP:0040280"),
            ({"annotations": ["HP:0001250"]}, r"annotations: \[.* an object"),
            ({"annotations": {}}, r"annotations: null .* either annotations or patients"),
            ({"code": "Marfan"}, r'code: "Marfan" .* such as ORPHA:558'),
            ({"code": None}, r"code: null .* such as"),
            ({"codes": ["X"]}, r'codes\[0\]: "X" .* a code with its source'),
            ({"name": "Marfan"}, r'name: "Marfan" .* both languages'),
            ({"name": {"en": "Marfan"}}, r"name: .* both languages"),
            ({"prevalence": "rare"}, r'prevalence: "rare" .* one of >1 / 1000'),
            ({"inheritance": ["HP:0001250"]}, r'inheritance\[0\]: "HP:0001250" .* mode of inheritance'),
            ({"onset": ["HP:0000006"]}, r'onset\[0\]: "HP:0000006" .* class of onset'),
            ({"onset": "HP:0003577"}, r'onset: "HP:0003577" .* a list'),
            ({"patients": [{"present": []}]}, r"patients\[0\].present: \[\] .* at least one finding"),
            (
                {"patients": [{"present": ["HP:0001250"], "absent": ["fever"]}]},
                r'patients\[0\].absent\[0\]: "fever"',
            ),
            (
                {"patients": [{"present": ["HP:0001250"], "pmid": "Smith 2001"}]},
                r"patients\[0\].pmid: .* a number",
            ),
            ({"patients": [{"findings": []}]}, r"patients\[0\].findings: .* there are present, absent, pmid"),
            ({"gene": "FBN1"}, r'gene: "FBN1" .* there are code, codes, name'),
        ],
    )
    def test_of_the_file(self, vocabulary, change, message):
        told = {"code": "X:1", "name": NAME, "annotations": {"HP:0001250": "3/7"}} | change
        with pytest.raises(DiseaseError, match=message):
            Reader(vocabulary).disease(told)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (
                {"annotations": {"HP:0001250": "0/9"}},
                r"annotations: .* at least one finding that the disease",
            ),
            ({"codes": ["ICD10:J06.9"]}, r'codes: "ICD10:J06.9" .* a common condition, URTI'),
            ({"codes": ["MESH:D1"]}, r'codes: "MESH:D1" .* a condition of the broad layer'),
        ],
    )
    def test_of_a_file_that_does_not_fit_the_bundle(self, setting, vocabulary, graph, change, message):
        told = {"code": "X:1", "name": NAME, "annotations": {"HP:0001250": "3/7"}} | change
        with pytest.raises(DiseaseError, match=message):
            Addition(setting.folder, told, vocabulary, graph)

    def test_a_known_code_takes_only_patients(self, setting, vocabulary, graph):
        known = setting.part.knowledge.diseases[5].code
        with pytest.raises(DiseaseError, match=r"annotations: .* is already there and can only get patients"):
            Addition(setting.folder, {"code": known, "annotations": {"HP:0001250": None}}, vocabulary, graph)
        with pytest.raises(DiseaseError, match=f'code: "{known}" .* only patients can be added'):
            Addition(setting.folder, {"code": known}, vocabulary, graph)

    def test_a_second_code_of_a_new_disease_must_be_free(self, setting, vocabulary, graph):
        taken = setting.part.knowledge.diseases[5]
        told = {"code": "X:1", "codes": [taken.code], "name": NAME, "annotations": {"HP:0001250": None}}
        with pytest.raises(DiseaseError, match=f'codes: "{taken.code}" .* already there as {taken.code}'):
            Addition(setting.folder, told, vocabulary, graph)

    def test_a_file_that_is_no_object_is_refused(self, setting, vocabulary, graph):
        with pytest.raises(DiseaseError, match="an object with the fields code, codes, name"):
            Addition(setting.folder, ["HP:0001250"], vocabulary, graph)


class TestCommand:
    @pytest.fixture
    def run(self, setting, vocabulary, tmp_path, monkeypatch):
        def run(told):
            (tmp_path / "disease.json").write_text(told)
            asked = [
                "--disease",
                tmp_path / "disease.json",
                "--out",
                tmp_path / "out",
                "--bundle",
                setting.folder,
            ]
            monkeypatch.setattr(sys, "argv", ["add_disease", *map(str, asked)])
            monkeypatch.setattr(add_disease, "Vocabulary", lambda data: vocabulary)
            add_disease.main()

        return run

    def test_writes_the_bundle_and_says_its_version(self, setting, vocabulary, run, tmp_path, capsys):
        run(json.dumps(annotated(setting, vocabulary)))
        version = json.loads((tmp_path / "out" / "manifest.json").read_text())["version"]
        assert version in capsys.readouterr().out

    @pytest.mark.parametrize("told", ['{"code": "x"}', "no JSON"])
    def test_a_file_that_cannot_be_used_leaves_nothing_behind(self, run, tmp_path, capsys, told):
        with pytest.raises(SystemExit) as stop:
            run(told)
        assert stop.value.code == 1 and "disease.json: " in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_a_folder_that_is_there_is_not_written_over(self, setting, vocabulary, run, tmp_path, capsys):
        (tmp_path / "out").mkdir()
        with pytest.raises(SystemExit):
            run(json.dumps(annotated(setting, vocabulary)))
        assert "already there" in capsys.readouterr().err
        assert not list((tmp_path / "out").iterdir())
