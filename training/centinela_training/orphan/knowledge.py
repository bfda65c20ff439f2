"""Orphan conditions: diseases and their findings from published annotations, scored by likelihood ratios.

Sources: HPO annotations (phenotype.hpoa 2025-05-06), Orphanet orphapackets (2025-12-09), Mondo exact matches
(2026-08-21), Spanish disease names (``data/spanish``). The method and the published figures it is measured
against: the model card; the binary layout: :func:`write_profiles`, whose reader in production is TypeScript.
"""

from __future__ import annotations

import gzip
import re
import struct
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from scipy import sparse

from ..vocabulary import PHENOTYPE_ROOT, Vocabulary, normalise, read_jsonl_gz

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
PSEUDO_COUNTS = 3.0  # shrink counts towards one half by three imagined patients
BLANK = 0.95  # "a feature of the disease", no frequency given

FLOOR, WEIGHT = 0.6, 0.4  # an unrelated finding costs at most ln 0.6
DECAY = 0.35
LEAST_LN_RATIO = -4.0  # per step up; 0.35, 0.5 and 0.65 are compared in the report

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

    def entry(self) -> dict:
        """The disease as written to the bundle."""
        names = {"en": self.en, "es": self.es, "es_lang": self.es_lang}
        prevalence = {"prevalence": self.prevalence} if self.prevalence else {}
        return {"code": self.code, "codes": list(self.codes), **names, **prevalence}


# ---- reading -----------------------------------------------------------------------------------------------


def _hpoa_rows(data: Path) -> Iterator[list[str]]:
    """Rows of phenotype.hpoa: disease, name, qualifier, term, references, ..., frequency, ..., aspect, ..."""
    with gzip.open(data / ANNOTATIONS, "rt", encoding="utf-8") as lines:
        body = (line for line in lines if not line.startswith("#"))
        next(body)
        for line in body:
            yield line.rstrip("\n").split("\t")


@cache
def _pmids(references: str) -> frozenset[int]:
    return frozenset(int(number) for number in re.findall(r"PMID:(\d+)", references))


def papers(data: Path) -> list[int]:
    """Sorted PMIDs that any annotation of the knowledge base cites."""
    return sorted({pmid for row in _hpoa_rows(data) for pmid in _pmids(row[4])})


def frequency(text: str) -> tuple[float, float]:
    """``(seen, of)`` of an annotated frequency: ``3/7``, ``45%``, an HPO or Orphanet class; blank (0, 0)."""
    if not text:
        return 0.0, 0.0
    if "/" in text and text[0].isdigit():
        seen, of = text.split("/")
        return float(seen), float(of)
    share = float(text[:-1]) / 100 if text.endswith("%") else FREQUENCY_CLASSES[text]
    return share * CLASS_WEIGHT, CLASS_WEIGHT


def probability(annotations: Iterable[Annotation]) -> float:
    """P(term | disease) from all statements about one term, 0 to 1; 0 when nobody was seen with it.

    Counts are pooled over papers and shrunk; a bare "is a feature" speaks only where nobody counted.
    """
    counted = [a for a in annotations if a.of]
    if not counted:
        return BLANK
    seen, of = sum(a.seen for a in counted), sum(a.of for a in counted)
    return (seen + PSEUDO_COUNTS / 2) / (of + PSEUDO_COUNTS) if seen else 0.0


def _sssom(path: Path) -> dict[str, set[str]]:
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
        omim = _sssom(mondo / "mondo_exactmatch_omim.sssom.tsv.gz")
        orpha = _sssom(mondo / "mondo_exactmatch_orphanet.sssom.tsv.gz")
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
            for m, icd10 in _sssom(mondo / f"mondo_exactmatch_{version}.sssom.tsv.gz").items():
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


def load_diseases(data: Path, vocabulary: Vocabulary) -> list[Disease]:
    """Every OMIM, ORPHA and DECIPHER disease with an annotated phenotype, twins merged, sorted by code."""
    packet = {f"ORPHA:{p['id']}": p for p in read_jsonl_gz(data / ORPHANET)}
    rows = list(_hpoa_rows(data))
    named = {row[0]: row[1] for row in rows}
    only_orphanet = sorted(code for code in packet.keys() - named.keys() if packet[code]["phen"])
    named |= {code: packet[code]["label"] for code in only_orphanet}
    equivalent = Equivalences(data, list(packet.values()), named)
    spanish = {r["id"]: r["es"] for r in read_jsonl_gz(data / SPANISH_NAMES)}
    annotations: dict[str, list[Annotation]] = defaultdict(list)
    cited: dict[str, set[int]] = defaultdict(set)

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
    for source in only_orphanet:
        for phenotype in packet[source]["phen"]:
            p = phenotype["Phenotype"]
            annotate(preferred[source], p["HPOId"], p["HPOFrequency"], frozenset())

    diseases = []
    for code in sorted(c for c in annotations if direct_profile(annotations[c])):
        codes = equivalent.codes(code)
        en = packet[code]["label"] if code in packet else next(named[c] for c in codes if c in named)
        es, es_lang = _spanish(spanish, codes, en)
        prevalence = _prevalence(packet[code]) if code in packet else None
        kept = tuple(annotations[code])
        diseases.append(Disease(code, codes, en, es, es_lang, prevalence, kept, frozenset(cited[code])))
    return diseases


# ---- profiles ----------------------------------------------------------------------------------------------


def direct_profile(annotations: Iterable[Annotation]) -> dict[int, float]:
    """P(term | disease) of the terms annotated themselves; terms that nobody was seen with are left out."""
    by_term: dict[int, list[Annotation]] = defaultdict(list)
    for annotation in annotations:
        by_term[annotation.term].append(annotation)
    return {term: p for term, group in by_term.items() if (p := probability(group))}


def propagate(direct: dict[int, float], vocabulary: Vocabulary) -> dict[int, float]:
    """The profile with every broader term, at the greatest probability below it; HPO's root says nothing."""
    root = vocabulary.index[PHENOTYPE_ROOT]
    full: dict[int, float] = {}
    # From the most probable down: where a term already stands, so does all above it, at least as probable.
    for term, p in sorted(direct.items(), key=lambda item: -item[1]):
        stack = [term]
        while stack:
            t = stack.pop()
            if t not in full and t != root:
                full[t] = p
                stack.extend(vocabulary.hpo_up[t])
    return full


@dataclass(frozen=True)
class Profiles:
    """P(term | row), sparse [terms, rows]: the orphan diseases first, then the common conditions."""

    matrix: sparse.csr_array
    n_orphans: int

    @cached_property
    def background(self) -> np.ndarray:
        """Mean probability over all rows, [terms]."""
        return np.asarray(self.matrix.sum(axis=1)).ravel() / self.matrix.shape[1]


def build_profiles(diseases: Sequence[Disease], vocabulary: Vocabulary) -> Profiles:
    """Profiles of the orphan diseases, in their order."""
    terms, rows, values = [], [], []
    for row, disease in enumerate(diseases):
        profile = propagate(direct_profile(disease.annotations), vocabulary)
        terms += profile.keys()
        values += profile.values()
        rows += [row] * len(profile)
    shape = (len(vocabulary.terms), len(diseases))
    return Profiles(sparse.csr_array((values, (terms, rows)), shape=shape), len(diseases))


def with_common_rows(profiles: Profiles, common: np.ndarray, vocabulary: Vocabulary) -> Profiles:
    """Appends common conditions, [conditions, terms] with already propagated P(term | condition)."""
    informative = common.copy()
    informative[:, vocabulary.index[PHENOTYPE_ROOT]] = 0
    matrix = sparse.csr_array(sparse.hstack([profiles.matrix, sparse.csr_array(informative.T)]))
    return Profiles(matrix, profiles.n_orphans)


# ---- ratios ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ratios:
    """ln(P(term | row) / background(term)) in one byte, sorted by term, then row: what the bundle holds.

    ``ln ratio = minimum + code * step``; a (term, row) that is not listed has ratio 0.
    """

    offsets: np.ndarray
    rows: np.ndarray
    codes: np.ndarray
    n_rows: int
    minimum: float
    step: float

    def encode(self, ln_ratio: np.ndarray) -> np.ndarray:
        return np.clip(np.rint((ln_ratio - self.minimum) / self.step), 0, 255).astype(np.uint8)

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Ratios (not their logarithms) of the codes."""
        return np.exp(self.minimum + codes * self.step)


def encode_ratios(profiles: Profiles) -> Ratios:
    """Quantises the profiles' ratios to the background over the range that they span."""
    matrix = profiles.matrix.sorted_indices()
    term_of = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    # Below this the floor hides the difference; without the clip a few tiny frequencies would widen every step.
    ln_ratio = np.maximum(np.log(matrix.data / profiles.background[term_of]), LEAST_LN_RATIO)
    minimum, maximum = float(ln_ratio.min()), float(ln_ratio.max())
    frame = Ratios(
        matrix.indptr.astype(np.uint32),
        matrix.indices.astype(np.uint16),
        np.empty(0, np.uint8),
        matrix.shape[1],
        minimum,
        (maximum - minimum) / 255,
    )
    return replace(frame, codes=frame.encode(ln_ratio))


def write_profiles(path: Path, ratios: Ratios) -> None:
    """Little endian: Uint32 terms, rows, non-zeros; Uint32 offsets[terms + 1]; Uint16 rows; Uint8 codes.

    Every section starts on a multiple of four bytes. ``minimum`` and ``step`` go to the manifest.
    """
    header = struct.pack("<3I", len(ratios.offsets) - 1, ratios.n_rows, len(ratios.codes))
    sections = (header, ratios.offsets.astype("<u4"), ratios.rows.astype("<u2"), ratios.codes)
    with path.open("wb") as file:
        for section in map(bytes, sections):
            file.write(section + b"\0" * (-len(section) % 4))


def read_profiles(path: Path, minimum: float, step: float) -> Ratios:
    """The inverse of :func:`write_profiles`; raises ValueError where the length does not fit the header."""
    content = path.read_bytes()
    n_terms, n_rows, n_values = struct.unpack_from("<3I", content)
    sections, at = [], 12
    for dtype, count in (("<u4", n_terms + 1), ("<u2", n_values), ("u1", n_values)):
        sections.append(np.frombuffer(content, dtype, count, at))
        at += -(-sections[-1].nbytes // 4) * 4
    if at != len(content):
        raise ValueError(f"{path.name}: {len(content)} bytes, {at} expected")
    return Ratios(*sections, n_rows, minimum, step)


# ---- scoring -----------------------------------------------------------------------------------------------


class Scorer:
    """Sum over findings of ``ln(weight * best + floor)``, on the decoded bytes that production sees."""

    def __init__(self, ratios: Ratios, vocabulary: Vocabulary, decay: float = DECAY) -> None:
        self.ratios, self.vocabulary, self.decay = ratios, vocabulary, decay
        self._scored = np.diff(ratios.offsets.astype(np.int64)) > 0
        self._steps: dict[int, dict[int, int]] = {}

    def steps(self, term: int) -> dict[int, int]:
        """Fewest edges from the term to everything above it, itself (0) included."""
        if term not in self._steps:
            distance, frontier = {term: 0}, [term]
            while frontier:
                above = [(p, distance[t] + 1) for t in frontier for p in self.vocabulary.up[t]]
                frontier = []
                for parent, d in above:
                    if parent not in distance:
                        distance[parent] = d
                        frontier.append(parent)
            self._steps[term] = distance
        return self._steps[term]

    def query(self, present: Iterable[int]) -> list[int]:
        """Findings that count: they or an ancestor are scored, and no more specific finding implies them."""
        scored = [t for t in dict.fromkeys(present) if any(self._scored[a] for a in self.steps(t))]
        return [t for t in scored if not any(t != q and t in self.steps(q) for q in scored)]

    def contributions(self, term: int) -> np.ndarray:
        """What the finding adds to every row's score, [rows]: its log likelihood ratio, floored."""
        best = np.zeros(self.ratios.n_rows)
        for ancestor, steps in self.steps(term).items():
            span = slice(*self.ratios.offsets[ancestor : ancestor + 2])
            rows = self.ratios.rows[span]
            discounted = self.ratios.decode(self.ratios.codes[span]) * self.decay**steps
            best[rows] = np.maximum(best[rows], discounted)
        return np.log(WEIGHT * best + FLOOR)

    def score(self, patients: Sequence[Iterable[int]]) -> np.ndarray:
        """Scores [patients, rows] of patients given as present term indices; 0 where no finding counts."""
        queries = [self.query(p) for p in patients]
        terms = sorted({t for q in queries for t in q})
        column = {t: i for i, t in enumerate(terms)}
        owner = [i for i, q in enumerate(queries) for _ in q]
        named = [column[t] for q in queries for t in q]
        has = sparse.csc_array((np.ones(len(owner)), (owner, named)), shape=(len(queries), len(terms)))
        scores = np.zeros((len(queries), self.ratios.n_rows))
        for first in range(0, len(terms), 256):
            block = np.array([self.contributions(t) for t in terms[first : first + 256]])
            scores += has[:, first : first + 256] @ block
        return scores

    def score_row(self, patient: Iterable[int], ln_ratio: dict[int, float]) -> float:
        """Score of one row from its ln ratios by term, quantised here: for a profile that forgot a paper."""
        codes = self.ratios.encode(np.array(list(ln_ratio.values())))
        ratio = dict(zip(ln_ratio, self.ratios.decode(codes).tolist(), strict=True))
        best = [
            max((ratio[a] * self.decay**d for a, d in self.steps(t).items() if a in ratio), default=0.0)
            for t in self.query(patient)
        ]
        return float(np.log(WEIGHT * np.array(best) + FLOOR).sum())


def forgetting(disease: Disease, pmids: frozenset[int]) -> tuple[Annotation, ...]:
    """The disease's annotations that none of the papers supports."""
    return tuple(a for a in disease.annotations if not a.papers & pmids)


def ln_ratios(
    annotations: Iterable[Annotation], background: np.ndarray, vocabulary: Vocabulary
) -> dict[int, float]:
    """ln ratio to the background by term, for a disease known by these annotations alone."""
    profile = propagate(direct_profile(annotations), vocabulary)
    return {t: float(np.log(p / background[t])) for t, p in profile.items()}
