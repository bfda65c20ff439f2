"""The vocabulary of findings: curated findings, generated attribute findings and all HPO phenotypes in one graph.

Sources: ``data/findings`` (ours), HPO 2025-05-06 with its official Spanish labels, DDXPlus evidences.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

PHENOTYPE_ROOT = "HP:0000118"
# Kinds of findings that are no complaint of today: history, context, who the patient is.
BACKGROUND_KINDS = frozenset(("history", "exposure", "risk", "medication", "demographic", "family_history"))
BROAD_FINDINGS = "findings/broad_findings.json"
BROAD_SYNONYMS = "findings/broad_synonyms.json"
RED_NAMES = "findings/red_names.json"
# Everyday names of ours for the findings that matter most, HPO's included.
SYNONYMS = "findings/synonyms.json"

# Official Spanish labels that name something else (data/findings/README.md): never a name to search by.
WRONG_SPANISH_LABELS = {"HP:0025143", "HP:0040189", "HP:6000299"}

# Names of an epileptic aura that most people who use them mean of migraine: they name nothing, so that the caller is
# asked. The Spanish labels of the same terms say no more than that; ours stand in their place.
AMBIGUOUS_NAMES = {"aura", "auras", "aura visual", "auras visuales", "visual aura", "visual auras"}
OUR_SPANISH_LABELS = {
    "HP:0011157": "Crisis epiléptica focal sensitiva (aura epiléptica)",
    "HP:0011165": "Crisis epiléptica focal con síntomas visuales",
}

# Turned round in the source table (data/findings/README.md): it may not count as evidence.
UNUSABLE_EVIDENCES = {"E_209"}

# Attributes whose values get a finding of their own, one a body region where they are places:
# evidence -> (slug prefix, wider finding, values that already have a finding get one too)
ATTRIBUTE_FINDINGS = {
    "E_57": ("irradiacion", "dolor_irradiado", True),
    "E_54": ("caracter_dolor", "dolor", False),
    "E_133": ("lesiones_piel", "lesion_piel", False),
    "E_152": ("hinchazon", "edema", False),
    "E_130": ("color_lesiones", "lesion_piel", False),
    "E_204": ("viaje", "viaje_reciente", True),
}


def normalise(name: str) -> str:
    """Lower case, no accents, words of ``[a-z0-9]`` joined by one space; the twin of ``core/names.ts``."""
    decomposed = unicodedata.normalize("NFD", name.lower())
    bare = "".join(c for c in decomposed if unicodedata.category(c)[0] != "M")
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def slugify(text: str) -> str:
    return normalise(text).replace(" ", "_")


def read_jsonl_gz(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def closure(up: Sequence[Iterable[int]], i: int) -> set[int]:
    """The node and everything above it."""
    seen, stack = {i}, [i]
    while stack:
        for parent in up[stack.pop()]:
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return seen


class Ontology:
    """HPO as released: labels, exact synonyms, parents, replacements."""

    def __init__(self, data: Path) -> None:
        with gzip.open(data / "hpo/hp.v2025-05-06.json.gz", "rt", encoding="utf-8") as file:
            graph = json.load(file)["graphs"][0]
        curie = lambda iri: iri.rsplit("/", 1)[-1].replace("_", ":")  # noqa: E731
        self.parents: dict[str, list[str]] = defaultdict(list)
        for edge in graph["edges"]:
            if edge["pred"] == "is_a":
                self.parents[curie(edge["sub"])].append(curie(edge["obj"]))
        self.label: dict[str, str] = {}
        self.synonyms: dict[str, list[str]] = {}
        self.replaced: dict[str, str] = {}
        for node in graph["nodes"]:
            term, meta = curie(node["id"]), node.get("meta", {})
            if not term.startswith("HP:"):
                continue
            values = meta.get("basicPropertyValues", [])
            if meta.get("deprecated"):
                for value in values:
                    if value["pred"].endswith("IAO_0100001"):
                        self.replaced[term] = curie(value["val"])
                continue
            self.label[term] = node["lbl"]
            self.synonyms[term] = [
                s["val"] for s in meta.get("synonyms", []) if s["pred"] == "hasExactSynonym"
            ]
            for value in values:
                if value["pred"].endswith("hasAlternativeId"):
                    self.replaced[value["val"]] = term
        self.spanish: dict[str, str] = {}
        with gzip.open(data / "hpo/hp-es.babelon.tsv.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                cells = line.rstrip("\n").split("\t")
                if cells[4] == "rdfs:label":
                    self.spanish[cells[2]] = cells[5]

    def ancestors(self, term: str) -> set[str]:
        """The term itself and everything above it."""
        seen, stack = {term}, [term]
        while stack:
            for parent in self.parents.get(stack.pop(), ()):
                if parent not in seen:
                    seen.add(parent)
                    stack.append(parent)
        return seen

    @cached_property
    def phenotypes(self) -> list[str]:
        children = defaultdict(list)
        for child, parents in self.parents.items():
            for parent in parents:
                children[parent].append(child)
        seen, stack = {PHENOTYPE_ROOT}, [PHENOTYPE_ROOT]
        while stack:
            for child in children[stack.pop()]:
                if child in self.label and child not in seen:
                    seen.add(child)
                    stack.append(child)
        return sorted(seen)


class Vocabulary:
    """All terms a request may name, in the bundle's order.

    ``terms[i]`` is written to the bundle as it stands; ``items`` are the features of the common part;
    ``up`` edges lead to broader terms that the term implies.
    """

    def __init__(self, data: Path, broad: bool = True) -> None:
        """``broad``: with the local findings of the broad layer, last in order, and the names written after it; without
        them it can make their file."""
        self.data = data
        self.ontology = Ontology(data)
        self.curated: list[dict] = json.loads((data / "findings/findings.json").read_text("utf-8"))
        everyday = {f["id"] for f in self.curated}
        self.attributes: list[dict] = json.loads((data / "findings/attributes.json").read_text("utf-8"))[
            "attributes"
        ]
        self.curated += self._attribute_findings()
        own = {f["id"] for f in self.curated}
        self._broad_synonyms: dict[str, dict[str, list[str]]] = {}
        self._synonyms: list[dict] = []
        if broad:
            self.curated += json.loads((data / BROAD_FINDINGS).read_text("utf-8"))
            self._broad_synonyms = json.loads((data / BROAD_SYNONYMS).read_text("utf-8"))
            self._synonyms = json.loads((data / SYNONYMS).read_text("utf-8"))["terms"]
        self._everyday = everyday | {row["id"] for row in self._synonyms}
        self.slug_id = {f["slug_es"]: f["id"] for f in self.curated}
        self.by_id = {f["id"]: f for f in self.curated}
        local = [f["id"] for f in self.curated if f["id"] not in self.ontology.label]
        local.sort(key=lambda term: (term not in own, term))
        outside = [
            f["id"]
            for f in self.curated
            if f["id"] in self.ontology.label and PHENOTYPE_ROOT not in self.ontology.ancestors(f["id"])
        ]
        self.ids = self.ontology.phenotypes + sorted(outside) + local
        self.index = {term: i for i, term in enumerate(self.ids)}
        self.up = self._parents()
        self.items, self.item_index = self._items()
        self.terms = self._terms()
        self.replaced = {
            old: new
            for old, new in sorted(self.ontology.replaced.items())
            if new in self.index and old not in self.index
        }

    def _attribute_findings(self) -> list[dict]:
        """Findings for the attribute values (place, character, colour, travel) that have none."""
        regions = json.loads((self.data / "findings/regions.json").read_text("utf-8"))
        made: dict[str, dict] = {}
        for attribute in self.attributes:
            if attribute["evidence"] not in ATTRIBUTE_FINDINGS:
                continue
            prefix, wider, even_named = ATTRIBUTE_FINDINGS[attribute["evidence"]]
            for value in attribute["values"]:
                if value.get("negative") or (value.get("findings") and not even_named):
                    continue
                place = regions.get(value.get("region"), value)
                slug = slugify(f"{prefix} {value.get('region', value['es'])}")
                finding = made.setdefault(
                    slug,
                    {
                        "id": f"CEN:{slug}",
                        "slug_es": slug,
                        "label_es": f"{attribute['name_es']}: {place['es']}",
                        "label_en": f"{attribute['name_en']}: {place['en']}",
                        "synonyms_es": [],
                        "synonyms_en": [],
                        "kind": "attribute",
                        "is_a": [wider],
                        "evidences": [{"code": attribute["evidence"], "values": [], "relation": "exact"}],
                        "red_flag_names": [],
                    },
                )
                finding["evidences"][0]["values"].append(value["code"])
        return list(made.values())

    def _parents(self) -> list[list[int]]:
        """HPO's own is_a (kept apart as ``hpo_up``), our local terms' parents, ``is_a`` and the reverse of ``any_of``.

        Local terms may stand between HPO terms, for what a doctor says and how the rules read it; disease profiles are
        propagated over ``hpo_up`` alone. An ``any_of`` between two HPO terms stays out of the graph (the rules see it
        through ``red``).
        """
        up: list[set[int]] = [set() for _ in self.ids]
        for term, i in self.index.items():
            up[i].update(self.index[p] for p in self.ontology.parents.get(term, ()) if p in self.index)
        self.hpo_up = [sorted(parents) for parents in up]
        for finding in self.curated:
            i = self.index[finding["id"]]
            up[i].update(self.index[p] for p in finding.get("hpo_parents", ()) if p in self.index)
            up[i].update(self.index[self.slug_id[s]] for s in finding.get("is_a", ()))
        for finding in self.curated:
            i = self.index[finding["id"]]
            for slug in finding.get("any_of", ()):
                member = self.index[self.slug_id[slug]]
                both_hpo = self.ids[member].startswith("HP:") and finding["id"].startswith("HP:")
                # Where the finding already implies its member the edge back would close a circle.
                if not both_hpo and member not in closure(up, i):
                    up[member].add(i)
        for i, parents in enumerate(up):
            parents.discard(i)
        return [sorted(p) for p in up]

    @cached_property
    def closures(self) -> list[set[int]]:
        return [closure(self.up, i) for i in range(len(self.ids))]

    def _items(self) -> tuple[list[str], dict[str, int]]:
        """One item a yes/no evidence, one a finding that stands for values of an attribute."""
        keys = {
            e["code"]
            for f in self.curated
            for e in f["evidences"]
            if "values" not in e and e["code"] not in UNUSABLE_EVIDENCES
        }
        values = {
            f"V:{f['slug_es']}"
            for f in self.curated
            if any("values" in e and e["relation"] == "exact" for e in f["evidences"])
        }
        items = sorted(keys, key=lambda k: int(k[2:])) + sorted(values)
        return items, {key: i for i, key in enumerate(items)}

    def _own_items(self, finding: dict) -> tuple[list[int], list[int]]:
        """Items that the finding, by itself, switches on when present and off when absent (see bundle format)."""
        on, off = [], []
        for e in finding["evidences"]:
            if "values" in e or e["code"] in UNUSABLE_EVIDENCES:
                continue
            item = self.item_index[e["code"]]
            signed = item if e["polarity"] == "present" else ~item
            if e["relation"] != "narrower" or finding.get("group"):
                on.append(signed)
            if e["relation"] in ("exact", "narrower"):
                off.append(signed)
        own = self.item_index.get(f"V:{finding['slug_es']}")
        if own is not None:
            on.append(own)
            off.append(own)
        return on, off

    def _terms(self) -> list[dict]:
        own = {self.index[f["id"]]: self._own_items(f) for f in self.curated}
        off_below: dict[int, set[int]] = defaultdict(set)
        for i, (_, off) in own.items():
            for above in self.closures[i]:
                off_below[above].update(off)
        red_extra: dict[str, set[str]] = defaultdict(set)
        for f in self.curated:
            for slug in f.get("any_of", ()):
                red_extra[self.slug_id[slug]].update(f["red_flag_names"])
        also = json.loads((self.data / RED_NAMES).read_text("utf-8"))["names"]
        for term, entry in also.items():
            red_extra[term].update(entry["red_flag_names"])
        names = self._names()
        terms = []
        for i, term in enumerate(self.ids):
            finding = self.by_id.get(term)
            entry: dict = {"id": term}
            if finding:
                entry |= {"slug": finding["slug_es"], "kind": finding["kind"]}
            else:
                entry["kind"] = "phenotype"
            if term in self._everyday:
                entry["everyday"] = True
            entry |= names[term]
            if finding and "ambiguous" in finding:
                entry["ambiguous"] = finding["ambiguous"]
            on = sorted({x for a in self.closures[i] if a in own for x in own[a][0]})
            red = sorted({*(finding["red_flag_names"] if finding else ()), *red_extra.get(term, ())})
            for key, value in (("up", self.up[i]), ("on", on), ("off", sorted(off_below[i])), ("red", red)):
                if value:
                    entry[key] = value
            terms.append(entry)
        return terms

    def _names(self) -> dict[str, dict]:
        """Labels and the synonyms that may be searched by: the first claim of the highest rank wins,
        a synonym claimed twice in one rank is ambiguous and dropped."""
        extra: dict[str, list[str]] = {}
        for row in read_jsonl_gz(self.data / "spanish/finding_synonyms.jsonl.gz"):
            extra[row["hpo"]] = [name for group in row["es"] for name in group[0]]
        taken: set[str] = set(AMBIGUOUS_NAMES)
        result: dict[str, dict] = {}
        for term in self.ids:
            f = self.by_id.get(term)
            official = self.ontology.spanish.get(term, self.ontology.label.get(term, ""))
            es = f["label_es"] if f else OUR_SPANISH_LABELS.get(term, official)
            en = f["label_en"] if f else self.ontology.label[term]
            result[term] = {"en": en, "es": es}
        curated = {f["id"]: f for f in self.curated}
        for f in self.curated:
            taken.update(normalise(n) for n in (f["slug_es"], f["label_es"], f["label_en"]))
        claims: list[dict[str, list[tuple[str, str, str]]]] = []
        rank: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for f in self.curated:
            for lang in ("es", "en"):
                for name in f[f"synonyms_{lang}"]:
                    rank[normalise(name)].append((f["id"], lang, name))
        claims.append(rank)
        rank = defaultdict(list)
        for term, label in self.ontology.label.items():
            if term in curated:
                rank[normalise(label)].append((term, "en", label))
                if term not in WRONG_SPANISH_LABELS and term in self.ontology.spanish:
                    rank[normalise(self.ontology.spanish[term])].append(
                        (term, "es", self.ontology.spanish[term])
                    )
        claims.append(rank)
        rank = defaultdict(list)
        for row in self._synonyms:
            for lang in ("es", "en"):
                for name in row[f"syn_{lang}"]:
                    rank[normalise(name)].append((row["id"], lang, name))
        claims.append(rank)
        plain = {
            normalise(n) for t in self.ontology.phenotypes if t not in curated for n in result[t].values()
        }
        rank = defaultdict(list)
        for term in self.ids:
            for name in self.ontology.synonyms.get(term, ()):
                rank[normalise(name)].append((term, "en", name))
            if term not in WRONG_SPANISH_LABELS:
                for name in extra.get(term, ()):
                    rank[normalise(name)].append((term, "es", name))
        claims.append(rank)
        rank = defaultdict(list)
        for term, broad in self._broad_synonyms.items():
            for lang, names in broad.items():
                for name in names:
                    rank[normalise(name)].append((term, lang, name))
        claims.append(rank)
        for number, rank in enumerate(claims):
            if number == 2:
                taken |= plain
            for key, owners in rank.items():
                if not key or key in taken or len({term for term, _, _ in owners}) > 1:
                    continue
                taken.add(key)
                term, lang, name = owners[0]
                result[term].setdefault(f"syn_{lang}", []).append(name)
        return result

    def encode(self, present: list[int], absent: list[int]) -> dict[int, int]:
        """Items of a patient: +1 present, -1 absent; the twin of ``core/features.ts``.

        A present finding wins over an absent one on the same item.
        """
        x: dict[int, int] = {}
        for key, terms, sign in (("off", absent, -1), ("on", present, 1)):
            for term in terms:
                for entry in self.terms[term].get(key, ()):
                    if entry >= 0:
                        x[entry] = sign
                    else:
                        x[~entry] = -sign
        return x
