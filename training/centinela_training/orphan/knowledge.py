"""Orphan diseases and what is published of them: annotations, onset, inheritance, prevalence, names, codes.

Sources: HPO annotations (phenotype.hpoa 2025-05-06), Orphanet orphapackets (2025-12-09), Mondo exact matches
(2026-08-21), Spanish disease names (``data/spanish``).
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..vocabulary import Vocabulary, normalise, read_jsonl_gz

ANNOTATIONS = "hpo/phenotype.v2025-05-06.hpoa.gz"
ORPHANET = "orphanet/orphapackets.compact.jsonl.gz"
SPANISH_NAMES = "spanish/disease_names.jsonl.gz"

# Midpoints of HPO's frequency classes (HP:0040279) and of Orphanet's words for the same.
FREQUENCY_CLASSES = {
    "HP:0040280": 1.0,
    "HP:0040281": 0.895,
    "HP:0040282": 0.545,
    "HP:0040283": 0.17,
    "HP:0040284": 0.025,
    "HP:0040285": 0.0,
    "Obligate (100%)": 1.0,
    "Very frequent (99-80%)": 0.895,
    "Frequent (79-30%)": 0.545,
    "Occasional (29-5%)": 0.17,
    "Very rare (<4-1%)": 0.025,
    "Excluded (0%)": 0.0,
}
CLASS_WEIGHT = 10.0  # a class or a percentage counts as ten patients

# Least age in years at which HPO's classes of onset begin (HP:0003674 and below).
ONSET_YEARS = {
    "HP:0030674": 0, "HP:0011460": 0, "HP:0011461": 0, "HP:0034197": 0, "HP:0034198": 0, "HP:0034199": 0,
    "HP:0003577": 0, "HP:0003623": 0, "HP:0003593": 0.08, "HP:0011463": 1, "HP:0003621": 5,
    "HP:0003581": 16, "HP:0011462": 16, "HP:0025708": 16, "HP:0025709": 19, "HP:0025710": 25,
    "HP:0003596": 40, "HP:0003584": 60,
}  # fmt: skip
X_RECESSIVE = "HP:0001419"

SPANISH_RELATIONS = ("exact", "label", "same English name", "exact (DO label)")
SPANISH_BROADER = "broader (ORPHA concept contains the OMIM entry)"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One statement that a disease shows a term: ``seen`` of ``of`` patients (``of`` 0: not counted)."""

    term: int
    seen: float
    of: float
    papers: frozenset[int]


@dataclass(frozen=True)
class Disease:
    """A row of the profile matrix: names, every exactly equivalent code, annotations of all of them."""

    code: str
    codes: tuple[str, ...]
    en: str
    es: str
    es_lang: str
    prevalence: str | None
    annotations: tuple[Annotation, ...]
    papers: frozenset[int]
    onset: tuple[str, ...] = ()
    inheritance: tuple[str, ...] = ()
    patients: tuple[Annotation, ...] = ()

    def entry(self) -> dict:
        """The disease as written to the bundle."""
        names = {"en": self.en, "es": self.es, "es_lang": self.es_lang}
        prevalence = {"prevalence": self.prevalence} if self.prevalence else {}
        return {"code": self.code, "codes": list(self.codes), **names, **prevalence}


# ---- reading -----------------------------------------------------------------------------------------------


def _hpoa_rows(file: Path) -> Iterator[list[str]]:
    """Rows of phenotype.hpoa: disease, name, qualifier, term, references, ..., frequency, ..., aspect, ..."""
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as lines:
        body = (line for line in lines if not line.startswith("#"))
        next(body)
        for line in body:
            yield line.rstrip("\n").split("\t")


@cache
def _pmids(references: str) -> frozenset[int]:
    return frozenset(int(number) for number in re.findall(r"PMID:(\d+)", references))


def frequency(text: str) -> tuple[float, float]:
    """``(seen, of)`` of an annotated frequency: ``3/7``, ``45%``, an HPO or Orphanet class; blank (0, 0)."""
    if not text:
        return 0.0, 0.0
    if "/" in text and text[0].isdigit():
        seen, of = text.split("/")
        return float(seen), float(of)
    share = float(text[:-1]) / 100 if text.endswith("%") else FREQUENCY_CLASSES[text]
    return share * CLASS_WEIGHT, CLASS_WEIGHT


def exact_matches(path: Path) -> dict[str, set[str]]:
    """Mondo id -> exactly matching ids, written as HPO writes them (``ORPHA:558``, ``ICD10:Q87.4``)."""
    matches: dict[str, set[str]] = defaultdict(set)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        body = (line for line in lines if not line.startswith("#"))
        next(body)
        for line in body:
            mondo, _, _, other = line.split("\t")[:4]
            prefix, local = other.split(":", 1)
            name = {"Orphanet": "ORPHA", "ICD10CM": "ICD10", "ICD10WHO": "ICD10"}.get(prefix, prefix)
            matches[mondo].add(f"{name}:{local}")
    return matches


class Equivalences:
    """Which OMIM and ORPHA codes name the same annotated disease, one to one.

    First Mondo's exact matches that carry the same English name (Orphanet pairs OMIM's Marfan syndrome with
    its own, unannotated "type 1"), then Orphanet's exact cross references, then the rest of Mondo's.

    ``annotated``: code -> English name of every code with annotations.
    """

    def __init__(self, data: Path, packets: list[dict], annotated: dict[str, str]) -> None:
        mondo = data / "mondo"
        omim = exact_matches(mondo / "mondo_exactmatch_omim.sssom.tsv.gz")
        orpha = exact_matches(mondo / "mondo_exactmatch_orphanet.sssom.tsv.gz")
        same_name, one_to_one = [], []
        for m in sorted(omim.keys() & orpha.keys()):
            pairs = [(o, n) for o in sorted(orpha[m]) for n in sorted(omim[m])]
            one_to_one += pairs if len(pairs) == 1 else []
            same_name += [
                (o, n)
                for o, n in pairs
                if o in annotated and n in annotated and normalise(annotated[o]) == normalise(annotated[n])
            ]
        exact = [
            (f"ORPHA:{p['id']}", f"OMIM:{number}")
            for p in packets
            for source, number, relation in p["xref"] or []
            if source == "OMIM" and relation == "E"
        ]
        self._twin: dict[str, str] = {}
        for o, n in same_name + exact + one_to_one:
            if o not in self._twin and n not in self._twin:
                self._twin |= {o: n, n: o}
        self._icd10 = self._unshared_icd10(mondo, annotated.keys(), omim, orpha)

    def _unshared_icd10(
        self, mondo: Path, annotated: Container[str], *matches: dict[str, set[str]]
    ) -> dict[str, list[str]]:
        """ICD-10 codes by preferred code; a code or range that covers several diseases is no equivalence."""
        owners: dict[str, set[str]] = defaultdict(set)
        for version in ("icd10cm", "icd10who"):
            for m, icd10 in exact_matches(mondo / f"mondo_exactmatch_{version}.sssom.tsv.gz").items():
                codes = {self.pair(c)[0] for match in matches for c in match.get(m, ()) if c in annotated}
                for code in icd10:
                    owners[code] |= codes or {m}
        result: dict[str, list[str]] = defaultdict(list)
        for code in sorted(owners):
            if len(owners[code]) == 1 and "-" not in code:
                result[next(iter(owners[code]))].append(code)
        return result

    def pair(self, code: str) -> tuple[str, ...]:
        """The code and its twin, the preferred one (ORPHA) first."""
        return tuple(sorted({code, self._twin.get(code, code)}, reverse=True))

    def codes(self, preferred: str) -> tuple[str, ...]:
        """All codes of the disease, the preferred one first, ICD-10 last."""
        return (*self.pair(preferred), *self._icd10.get(preferred, ()))


def _prevalence(packet: dict) -> str | None:
    """Orphanet's class of point prevalence, worldwide before Europe, such as ``1-9 / 100 000``."""
    rows = packet["prev"] or []
    values = rows["Prevalence"] if isinstance(rows, dict) else [r["Prevalence"] for r in rows]
    known = {
        value["PrevalenceGeographic"]: value["PrevalenceClass"]
        for value in values
        if value["PrevalenceType"] == "Point prevalence" and " / " in value["PrevalenceClass"]
    }
    return known.get("Worldwide") or known.get("Europe")


def _spanish(names: dict[str, list], codes: Sequence[str], en: str) -> tuple[str, str]:
    """Spanish name and its language ("en": none is known). A wider concept's name says "a form of" it."""
    known = [(name, relation, source) for code in codes for name, relation, source, _ in names.get(code, [])]
    for name, relation, source in known:
        if relation in SPANISH_RELATIONS and "DEPRECATED" not in source:
            return name, "es"
    for name, relation, _ in known:
        if relation == SPANISH_BROADER:
            return f"Forma de «{name}» ({en})", "es"
    return en, "en"


def load_diseases(data: Path, vocabulary: Vocabulary, knowledge: Path | None = None) -> list[Disease]:
    """Every OMIM, ORPHA and DECIPHER disease with an annotated phenotype, twins merged, sorted by code.

    ``knowledge``: another phenotype.hpoa, which then is all that is known of the phenotypes (Orphanet's own are newer).
    """
    packet = {f"ORPHA:{p['id']}": p for p in read_jsonl_gz(data / ORPHANET)}
    rows = list(_hpoa_rows(knowledge or data / ANNOTATIONS))
    named = {row[0]: row[1] for row in rows}
    newer = packet.keys() - named.keys() if knowledge is None else ()
    only_orphanet = sorted(code for code in newer if packet[code]["phen"])
    named |= {code: packet[code]["label"] for code in only_orphanet}
    equivalent = Equivalences(data, list(packet.values()), named)
    spanish = {r["id"]: r["es"] for r in read_jsonl_gz(data / SPANISH_NAMES)}
    annotations: dict[str, list[Annotation]] = defaultdict(list)
    cited: dict[str, set[int]] = defaultdict(set)
    classes: dict[tuple[str, str], set[str]] = defaultdict(set)

    def annotate(code: str, term: str, how_often: str, references: frozenset[int]) -> None:
        index = vocabulary.index.get(vocabulary.replaced.get(term, term))
        if index is not None:
            annotations[code].append(Annotation(index, *frequency(how_often), references))

    preferred = {code: equivalent.pair(code)[0] for code in named}
    for source, _, qualifier, term, references, _, _, how_often, _, _, aspect, *_ in rows:
        code = preferred[source]
        cited[code] |= _pmids(references)
        if aspect == "P" and qualifier != "NOT":
            annotate(code, term, how_often, _pmids(references))
        elif aspect in "CI" and qualifier != "NOT":
            classes[code, aspect].add(term)
    for source in only_orphanet:
        for phenotype in packet[source]["phen"]:
            p = phenotype["Phenotype"]
            annotate(preferred[source], p["HPOId"], p["HPOFrequency"], frozenset())

    diseases = []
    for code in sorted(c for c in annotations if any(a.seen or not a.of for a in annotations[c])):
        codes = equivalent.codes(code)
        en = packet[code]["label"] if code in packet else next(named[c] for c in codes if c in named)
        es, es_lang = _spanish(spanish, codes, en)
        prevalence = _prevalence(packet[code]) if code in packet else None
        onset, inheritance = (tuple(sorted(classes[code, aspect])) for aspect in "CI")
        diseases.append(
            Disease(
                code,
                codes,
                en,
                es,
                es_lang,
                prevalence,
                tuple(annotations[code]),
                frozenset(cited[code]),
                onset,
                inheritance,
            )
        )
    return diseases


def forgetting(disease: Disease, pmids: frozenset[int]) -> tuple[Annotation, ...]:
    """The disease's annotations that none of the papers supports."""
    return tuple(a for a in disease.annotations if not a.papers & pmids)


def papers(diseases: Sequence[Disease]) -> list[int]:
    """Sorted PMIDs that any annotation of the knowledge base cites, or a published patient in a profile is of."""
    of_patients = (a.papers for d in diseases for a in d.patients)
    return sorted({pmid for pmids in (*(d.papers for d in diseases), *of_patients) for pmid in pmids})
