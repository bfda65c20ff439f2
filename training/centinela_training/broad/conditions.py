"""The broad layer's candidates: conditions of the clinical and the literature layer and the 49 of DDXPlus, merged.

Sources: ``data/common-diseases`` (clinical layer, literature layer, common list), ``data/disease-ontology``,
``data/mondo`` exact matches, ``data/spanish``. A condition that is a row of the bundle already (one of the 49, an
orphan disease, by code or exact name) points to that row.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..orphan.knowledge import SPANISH_NAMES, Disease
from ..orphan.knowledge import exact_matches as exact_matches
from ..vocabulary import normalise, read_jsonl_gz, slugify
from .candidate import Candidate, outside_parentheses, uninverted, variants
from .findings import SYMPTOMS

LITERATURE = "common-diseases/literature_annotations.2015-05-11.jsonl.gz"
COMMON_LIST = "common-diseases/common_list.json"
ONTOLOGY = "disease-ontology/diseases_with_symptoms.jsonl.gz"

# Conditions of the layers that are one of the 49 under another name, by DDXPlus name.
SAME_AS_TRAINED = {
    "Ebola": ("Ebola virus disease", "Hemorrhagic Fever, Ebola"),
    "Acute laryngitis": ("Laryngitis",),
    "Panic attack": ("Panic disorder",),
    "Pulmonary neoplasm": ("Lung cancer", "Lung Neoplasms"),
    "Pancreatic neoplasm": ("Pancreatic cancer", "Pancreatic Neoplasms"),
    "Possible NSTEMI / STEMI": (
        "Heart attack",
        "Heart attack (myocardial infarction)",
        "Myocardial Infarction",
    ),
    "Acute pulmonary edema": ("Pulmonary edema", "Pulmonary Edema"),
    "Whooping cough": ("Whooping cough (pertussis)", "Pertussis", "Whooping Cough"),
    "Chronic rhinosinusitis": ("Chronic sinusitis",),
    "Acute rhinosinusitis": ("Acute sinusitis",),
    "Bronchitis": ("Acute bronchitis",),
    "Tuberculosis": ("Pulmonary tuberculosis", "Tuberculosis, Pulmonary"),
    "GERD": ("Gastroesophageal Reflux",),
    "PSVT": ("Tachycardia, Paroxysmal", "Tachycardia, Supraventricular"),
    "SLE": ("Lupus Erythematosus, Systemic",),
    "Guillain-Barré syndrome": ("Guillain-Barre Syndrome",),
    "Larygospasm": ("Laryngismus",),
    "Chagas": ("Chagas Disease",),
    "Influenza": ("Influenza, Human",),
}
# One id, two groups of people: the name of both, in our words.
WIDER_NAMES = {
    "DOID:1184": ("Nephrotic syndrome", "Síndrome nefrótico"),
    "MESH:D014552": ("Urinary tract infection", "Infección urinaria"),
    "MESH:D016055": ("Urinary retention", "Retención urinaria"),
}
# Conditions of the layers that are one condition under two names: name -> the name it is known by here. Equal codes of
# MeSH and the Disease Ontology (cardiac arrest, trichomoniasis), equal words, or ICD-10's own label (K46).
SAME_CONDITION = {
    "Sudden cardiac arrest": "Cardiac arrest",
    "Acute urticaria": "Hives (urticaria)",
    "Hypochromic (iron deficiency) anemia": "Iron-deficiency anemia",
    "Liver abscess (pyogenic)": "Pyogenic liver abscess",
    "Trichomonas Infections": "Trichomoniasis",
    "Hernia, Abdominal": "Abdominal wall hernia",
}
# Its ICD-10 code is that of a narrower orphan disease.
NOT_ORPHAN = frozenset({"Cataplexy"})
EXACT_SPANISH = frozenset(("exact", "label", "exact (DO label)", "hasExactSynonym", "same English name"))
# Wikidata's label of another concept, seen when the list was read.
WRONG_SPANISH = frozenset({"DOID:11875", "DOID:9452", "DOID:3565"})
# Two conditions under one ICD-10 code: the code is that of the one whose name says most of the code's label.
LABEL_LIKENESS = 0.5


def _merge_same(rows: list[dict]) -> list[list[dict]]:
    """Rows of the clinical layer that are one condition.

    The same id, or one ICD-10 category and a name in common, or one ICD-10 code and an everyday Spanish name of one
    that the other goes by, or one whole English name, or one Spanish name in one ICD-10 chapter, or known to be so.
    """
    groups: list[list[dict]] = []
    by_key: dict[tuple, int] = {}
    for row in rows:
        category = row.get("icd10", "")[:3]
        names = variants(row["name_en"]) | {"es " + normalise(row["name_es"])}
        keys = [(category, name) for name in sorted(names) if category]
        keys += [("id", row["id"])] if row["id"] else []
        everyday = {normalise(row[name]) for name in ("name_es", "lay_es") if row.get(name)}
        keys += [(row["icd10"], name) for name in sorted(everyday) if row.get("icd10")]
        known_as = SAME_CONDITION.get(row["name_en"], row["name_en"])
        keys.append(("known as", normalise(outside_parentheses(known_as))))
        keys += [(category[0], name, "es") for name in (normalise(row["name_es"]),) if category]
        at = next((by_key[k] for k in keys if k in by_key), len(groups))
        if at == len(groups):
            groups.append([])
        groups[at].append(row)
        for key in keys:
            by_key.setdefault(key, at)
    return groups


def _narrowness(row: dict) -> tuple:
    """Least for the name that a condition is known by: no other name of it, of a coded concept, short."""
    return row["name_en"] in SAME_CONDITION, row["id"] is None, len(row["name_en"]), row["name_en"]


class _Names:
    """Spanish names by id, and ids by Spanish name."""

    def __init__(self, data: Path) -> None:
        self.by_id: dict[str, str] = {}
        owners: dict[str, set[str]] = defaultdict(set)
        for row in read_jsonl_gz(data / SPANISH_NAMES):
            for name, relation, *_ in row["es"]:
                if relation in EXACT_SPANISH and row["id"] not in WRONG_SPANISH:
                    self.by_id.setdefault(row["id"], name)
                    if row["id"].startswith("DOID:"):
                        owners[normalise(name)].add(row["id"])
        self.doid = {name: next(iter(ids)) for name, ids in owners.items() if len(ids) == 1}


class Builder:
    """Puts the layers together; :meth:`candidates` is the result."""

    def __init__(self, data: Path, trained: Sequence[dict], orphans: Sequence[Disease]) -> None:
        """``trained``: the common conditions as written to the manifest (key, code, name), without "no disease"."""
        self.names = _Names(data)
        self.literature = {row["id"]: row for row in read_jsonl_gz(data / LITERATURE)}
        self.ontology = {row["id"]: row for row in read_jsonl_gz(data / ONTOLOGY)}
        listed = json.loads((data / COMMON_LIST).read_text("utf-8"))["conditions"]
        rows = read_jsonl_gz(data / SYMPTOMS)
        self._doid_of_name = self._unique(
            (name, row["id"]) for row in self.ontology.values() for name in variants(row["name"])
        )
        self._doid_of_mesh = self._unique(
            (x, row["id"]) for row in self.ontology.values() for x in row["xrefs"] if x.startswith("MESH:")
        )
        self._literature_of_name = self._unique(
            (name, row["id"]) for row in self.literature.values() for name in variants(row["name"])
        )
        self._mondo = self._unique(
            (code, mondo)
            for version in ("icd10cm", "icd10who")
            for mondo, codes in exact_matches(data / f"mondo/mondo_exactmatch_{version}.sssom.tsv.gz").items()
            for code in codes
        )
        groups = _merge_same(rows)
        self.rows_merged = len(rows) - len(groups)
        merged = [self._clinical(group) for group in groups]
        merged = self._with_trained(merged, trained)
        merged += self._remaining(merged, [row["id"] for row in listed])
        self._codes(merged)
        self._point_to_orphans(merged, orphans)
        self.candidates = merged

    @staticmethod
    def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Keys that lead to one value only."""
        found: dict[str, set[str]] = defaultdict(set)
        for key, value in pairs:
            found[key].add(value)
        return {key: next(iter(values)) for key, values in found.items() if len(values) == 1}

    def _clinical(self, group: list[dict]) -> Candidate:
        # The shortest name is the widest: "Nephrotic syndrome" before "Childhood nephrotic syndrome".
        first = min(group, key=_narrowness)
        ids = list(dict.fromkeys(r["id"] for r in [first, *group] if r["id"]))
        literature = [i for i in ids if i in self.literature]
        names = sorted({name for r in group for name in variants(r["name_en"])})
        if not literature:
            literature = sorted(
                {self._literature_of_name[n] for n in names if n in self._literature_of_name}
            )[:1]
            ids += [i for i in literature if i not in ids]
        ids += [self._doid_of_name[n] for n in names if n in self._doid_of_name]
        spanish = normalise(first["name_es"])
        if not ids and spanish in self.names.doid:
            ids.append(self.names.doid[spanish])
        ids = self._equivalents(ids)
        symptoms = [self.ontology[i]["symptoms"] for i in ids if i in self.ontology]
        en, es = WIDER_NAMES.get(first["id"], (first["name_en"], first["name_es"]))
        return Candidate(
            en,
            es,
            "es",
            ids,
            first.get("icd10"),
            group,
            literature,
            [s for rows in symptoms for s in rows],
        )

    def _equivalents(self, ids: Sequence[str]) -> list[str]:
        """With the MeSH ids of the literature layer and the Disease Ontology's; DOID first, then MeSH."""
        all_ids = dict.fromkeys(ids)
        for i in ids:
            if i in self.literature and self.literature[i].get("mesh"):
                all_ids[f"MESH:{self.literature[i]['mesh']}"] = None
            for x in self.ontology.get(i, {}).get("xrefs", ()):
                if x.startswith("MESH:"):
                    all_ids[x] = None
        for i in list(all_ids):
            if i in self._doid_of_mesh:
                all_ids[self._doid_of_mesh[i]] = None
        return sorted(all_ids, key=lambda i: (i.startswith("MESH:"), list(all_ids).index(i)))

    def _remaining(self, merged: Sequence[Candidate], listed: Sequence[str]) -> list[Candidate]:
        """Conditions of the common list that no other candidate is; one that another is by code or name joins it."""
        owner: dict[str, Candidate] = {}
        for c in merged:
            names = {name for row in c.clinical for name in variants(row["name_en"])} | variants(c.en)
            for key in (*c.codes, *c.literature, *sorted(names)):
                owner.setdefault(key, c)
        result = []
        for identifier in listed:
            name = self.literature[identifier]["name"]
            keys = [*self._equivalents([identifier]), *sorted(variants(SAME_CONDITION.get(name, name)))]
            same = next((owner[key] for key in keys if key in owner), None)
            if same is None:
                result.append(self._only_literature(identifier))
            elif identifier not in same.literature:
                same.literature.append(identifier)
                same.codes += [code for code in self._equivalents([identifier]) if code not in same.codes]
        return result

    def _only_literature(self, identifier: str) -> Candidate:
        ids = self._equivalents([identifier])
        row = self.literature[identifier]
        ontology = next((self.ontology[i] for i in ids if i in self.ontology), None)
        en = ontology["name"] if ontology else uninverted(row["name"])
        es = next((self.names.by_id[i] for i in ids if i in self.names.by_id), None)
        symptoms = ontology["symptoms"] if ontology else []
        en = en[:1].upper() + en[1:]
        return Candidate(
            en,
            es[:1].upper() + es[1:] if es else en,
            "es" if es else "en",
            ids,
            None,
            [],
            [identifier],
            symptoms,
        )

    def _with_trained(self, merged: list[Candidate], trained: Sequence[dict]) -> list[Candidate]:
        """The 49 first; a condition of the layers that is one of them gives it its findings and codes."""
        by_name: dict[str, Candidate] = {}
        for c in merged:
            for row in c.clinical:
                for name in variants(row["name_en"]) | {"es " + normalise(row["name_es"])}:
                    by_name.setdefault(name, c)
        result, taken = [], set()
        for entry in trained:
            also = SAME_AS_TRAINED.get(entry["key"], ())
            names = [normalise(uninverted(n)) for n in (entry["name"]["en"], *also)]
            names.append("es " + normalise(entry["name"]["es"]))
            same = list({id(by_name[n]): by_name[n] for n in names if n in by_name}.values())
            same = [c for c in same if id(c) not in taken]
            taken.update(id(c) for c in same)
            literature = [i for c in same for i in c.literature]
            if not literature:
                literature = [self._literature_of_name[n] for n in names if n in self._literature_of_name][:1]
            ids = list(dict.fromkeys([*(i for c in same for i in c.codes), *self._equivalents(literature)]))
            result.append(
                Candidate(
                    entry["name"]["en"],
                    entry["name"]["es"],
                    "es",
                    [entry["code"], *ids],
                    entry["code"].removeprefix("ICD10:"),
                    [row for c in same for row in c.clinical],
                    literature,
                    [s for c in same for s in c.symptoms],
                    trained=entry["key"],
                )
            )
        return result + [c for c in merged if id(c) not in taken]

    def _codes(self, merged: list[Candidate]) -> None:
        """No code stands for two conditions: the first one keeps it, an ICD-10 code the one that its label names."""
        owners: dict[str, list[Candidate]] = defaultdict(list)
        for c in merged:
            codes = {row["icd10"]: row.get("icd10_label", "") for row in c.clinical if row.get("icd10")}
            for code in codes:
                owners[code].append(c)
        taken = {c.codes[0] for c in merged if c.trained}
        for c in merged:
            own = c.codes[:1] if c.trained else []
            c.codes = own + [code for code in c.codes[len(own) :] if code not in taken]
            taken.update(c.codes)
        for code, of in sorted(owners.items()):
            owner = of[0] if len(of) == 1 else self._named_by(code, of)
            # Of the 49 only the code that the manifest gives is sure; DDXPlus' own are wider.
            if owner is None or f"ICD10:{code}" in taken:
                continue
            mondo = self._mondo.get(f"ICD10:{code}")
            added = [f"ICD10:{code}", *([mondo] if mondo and mondo not in taken else [])]
            owner.codes += added
            taken.update(added)
        for c in merged:
            if not c.codes:
                c.codes = [f"CEN:condition_{slugify(c.en)}"]

    @staticmethod
    def _named_by(code: str, of: Sequence[Candidate]) -> Candidate | None:
        """The one of several conditions that the label of their common ICD-10 code names."""
        label = next(row["icd10_label"] for c in of for row in c.clinical if row.get("icd10") == code)
        words = set(normalise(label).split())

        def likeness(c: Candidate) -> float:
            return max(
                len(words & set(n.split())) / len(words | set(n.split())) for n in sorted(variants(c.en))
            )

        ranked = sorted(of, key=likeness, reverse=True)
        best, second = likeness(ranked[0]), likeness(ranked[1])
        return ranked[0] if best >= LABEL_LIKENESS and best > second else None

    def _point_to_orphans(self, merged: list[Candidate], orphans: Sequence[Disease]) -> None:
        """A condition with the code or exact English name of a disease of Orphanet is that disease."""
        by_code = {code: d for d in orphans for code in d.codes}
        # OMIM's entries of common diseases are about who inherits them: only Orphanet's are the disease itself.
        by_name = self._unique((normalise(d.en), d.code) for d in orphans if d.code.startswith("ORPHA:"))
        by_code = {code: d for code, d in by_code.items() if d.code.startswith("ORPHA:")}
        taken: set[str] = set()
        for c in merged:
            if c.trained or c.en in NOT_ORPHAN:
                continue
            names = sorted({n for row in c.clinical for n in variants(row["name_en"])} | variants(c.en))
            found = [by_name[n] for n in names if n in by_name]
            found += [by_code[code].code for code in c.codes if code in by_code]
            votes = Counter(found).most_common()
            if votes and votes[0][0] not in taken:
                c.orphan = votes[0][0]
                taken.add(c.orphan)
