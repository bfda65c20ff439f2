"""Profiles of the broad layer's candidates: P(finding | condition) from words, and counts of co-mentions."""

from __future__ import annotations

import json
import struct
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy import sparse

from ..ddxplus import GROUPED, Ddxplus
from ..simulate import Wording
from ..vocabulary import PHENOTYPE_ROOT, Vocabulary, read_jsonl_gz
from .candidate import Candidate
from .conditions import LITERATURE
from .findings import CONTEXT, Names, is_finding

# The words of the clinical layer; a percentage that the source states wins.
FREQUENCY = {"defining": 0.95, "usual": 0.8, "common": 0.5, "possible": 0.25, "rare": 0.05}
ONTOLOGY_P = 0.5 * 0.8  # a symptom of the Disease Ontology: "common", and its class may be wider
CONTEXT_P = 0.3  # a risk factor or exposure that the text names
BACKGROUND_FLOOR = 0.003
RARE_WEIGHT = 0.5  # of a condition that a general practitioner seldom meets, in the background
DDXPLUS_LEAST = 0.01
POOL_ROWS = 400

AGES = ("newborn", "infant", "child", "adolescent", "adult", "older adult")
AGE_FROM = (0.0, 0.1, 2.0, 12.0, 18.0, 65.0)


def age_group(age: float) -> int:
    """Index into :data:`AGES` of an age in years."""
    return int(np.searchsorted(AGE_FROM, age, side="right")) - 1


@dataclass
class Direct:
    """What the sources say of one candidate, before anything is propagated.

    ``findings``, ``context``: P by term; ``literature``: abstracts by term; ``sex``: the likeliest and how sure (0.5,
    1); ``ages``: indices into :data:`AGES`, empty where none is stated.
    """

    findings: dict[int, float]
    context: dict[int, float]
    literature: dict[int, float]
    sex: tuple[str, float] | None
    ages: tuple[int, ...]
    common: bool

    @property
    def structured(self) -> dict[int, float]:
        """Findings and context together."""
        return self.context | self.findings


class Reader:
    """Reads the direct profiles of the candidates."""

    def __init__(self, vocabulary: Vocabulary, data: Path, ddxplus: Ddxplus) -> None:
        self.vocabulary, self.ddxplus = vocabulary, ddxplus
        self.names = Names(vocabulary)
        self.wording = Wording(vocabulary)
        self.literature = {row["id"]: row["ann"] for row in read_jsonl_gz(data / LITERATURE)}
        context = json.loads((data / CONTEXT).read_text("utf-8"))
        by_slug = vocabulary.slug_id | {i: i for i in vocabulary.index}
        self._context = {word: vocabulary.index[by_slug[slug]] for word, slug in context["words"].items()}
        self._context |= {
            word: vocabulary.index[f"CEN:{f['slug']}"] for f in context["findings"] for word in f["words"]
        }
        self._sex = context["sex"]
        self._not_context = set(context["not_context"])

    def term(self, finding: dict) -> int | None:
        """The vocabulary's term for a finding of the clinical layer; None where it says nothing to find."""
        code = finding.get("hpo")
        if code:
            return self.vocabulary.index.get(self.vocabulary.replaced.get(code, code))
        if not is_finding(finding["name"]):
            return None
        return self.names.find(finding["name"], finding["es"])

    def context_term(self, word: str) -> int | None:
        """The term for a word of context."""
        if word in self._context:
            return self._context[word]
        return None if word in self._not_context else self.names.find(word)

    def read(self, candidate: Candidate) -> Direct:
        """Everything that is known of one candidate; the greatest P of its sources."""
        root = self.vocabulary.index[PHENOTYPE_ROOT]
        findings: dict[int, float] = defaultdict(float)
        context: dict[int, float] = defaultdict(float)
        literature: dict[int, float] = defaultdict(float)
        sexes: set[tuple[str, float]] = set()
        ages: set[int] = set()
        for row in candidate.clinical:
            for f in row["findings"]:
                term = self.term(f)
                if term is not None:
                    p = f["percent"] / 100 if f.get("percent") else FREQUENCY[f["frequency"]]
                    findings[term] = max(findings[term], p)
            for word in row.get("context", ()):
                term = self.context_term(word)
                if term is not None:
                    context[term] = CONTEXT_P
                if word in self._sex:
                    sexes.add((self._sex[word][0], self._sex[word][1]))
            if row.get("sex"):
                sexes.add((row["sex"], 1.0))
            ages.update(AGES.index(a) for a in row.get("ages", ()))
        if any(not row.get("ages") for row in candidate.clinical):
            ages = set()
        for _, name in candidate.symptoms:
            term = self.names.find(name)
            if term is not None:
                findings[term] = max(findings[term], ONTOLOGY_P)
        if candidate.trained:
            for term, p in self._table(candidate.trained).items():
                findings[term] = max(findings[term], p)
        for identifier in candidate.literature:
            for code, (abstracts, *_) in self.literature[identifier].items():
                term = self.vocabulary.index.get(self.vocabulary.replaced.get(code, code))
                if term is not None:
                    literature[term] += abstracts
        for table in (findings, context, literature):
            table.pop(root, None)
        sex = max(sexes, key=lambda s: s[1]) if len({s for s, _ in sexes}) == 1 else None
        common = not candidate.clinical or any(row["common"] for row in candidate.clinical)
        return Direct(dict(findings), dict(context), dict(literature), sex, tuple(sorted(ages)), common)

    def _table(self, condition: str) -> dict[int, float]:
        """P(term | one of the 49): the published table, attribute values as often as its patients have them."""
        rows = self.ddxplus.pool[condition][:POOL_ROWS]
        p: dict[str, float] = defaultdict(float)
        for row in rows:
            for code in row.evidences:
                if code.split("_@_")[0] in GROUPED:
                    p[code] += 1 / len(rows)
        p |= {code: q for code, q in self.ddxplus.probability[condition].items() if code not in GROUPED}
        terms: dict[int, float] = defaultdict(float)
        for code, q in sorted(p.items()):
            weighted = [(t, q) for t in self.wording.exact.get(code, ())]
            loose = self.wording.loose.get(code, ())
            weighted += [(t, q / len(loose)) for t in loose]
            weighted += [(t, q / 2) for t in self.wording.group.get(code, ())]
            for term, value in weighted:
                if value >= DDXPLUS_LEAST:
                    terms[term] = max(terms[term], value)
        return terms


def _closed(direct: dict[int, float], closures: Sequence[set[int]], root: int) -> dict[int, float]:
    """With every broader term at the greatest value below it, without HPO's root."""
    full: dict[int, float] = {}
    for term, value in sorted(direct.items(), key=lambda item: (-item[1], item[0])):
        for above in closures[term]:
            full.setdefault(above, value)
    full.pop(root, None)
    return full


@dataclass(frozen=True)
class Sparse:
    """Values in one byte by term, then candidate: ``value = code * step``, what the bundle holds."""

    offsets: np.ndarray
    rows: np.ndarray
    codes: np.ndarray
    step: float

    @classmethod
    def of(cls, profiles: Sequence[dict[int, float]], n_terms: int, highest: float) -> Sparse:
        """Quantises to 255 steps up to ``highest``; what is there at all stays above 0."""
        entries = sorted((t, row, v) for row, profile in enumerate(profiles) for t, v in profile.items())
        terms = np.array([t for t, _, _ in entries], dtype=np.int64)
        step = highest / 255
        codes = np.clip(np.rint(np.array([v for _, _, v in entries]) / step), 1, 255).astype(np.uint8)
        offsets = np.searchsorted(terms, np.arange(n_terms + 1)).astype(np.uint32)
        return cls(offsets, np.array([r for _, r, _ in entries], dtype=np.uint16), codes, step)

    @property
    def values(self) -> np.ndarray:
        return self.codes * self.step

    @cached_property
    def terms(self) -> np.ndarray:
        """Term of each entry."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets.astype(np.int64)))

    def span(self, term: int) -> slice:
        return slice(int(self.offsets[term]), int(self.offsets[term + 1]))

    def matrix(self, values: np.ndarray, n_rows: int) -> sparse.csr_array:
        """Sparse [terms, candidates] of one value an entry."""
        shape = (len(self.offsets) - 1, n_rows)
        return sparse.csr_array(
            (values, self.rows.astype(np.int64), self.offsets.astype(np.int64)), shape=shape
        )


@dataclass(frozen=True)
class Profiles:
    """Closed profiles of all candidates and what follows from them; the part of the bundle that is not learned.

    ``clinical``: P(term | candidate), context included; ``literature``: ln(1 + abstracts). ``background``: mean P a
    term, float32 as the bundle holds it. ``sex`` [B, 2] (F, M) and ``age`` [B, 6]: agreement features.
    """

    clinical: Sparse
    literature: Sparse
    background: np.ndarray
    sex: np.ndarray
    age: np.ndarray

    @property
    def n(self) -> int:
        return len(self.sex)

    @cached_property
    def information(self) -> np.ndarray:
        """Information content of a term, -ln background."""
        return -np.log(self.background.astype(np.float64))


def build(direct: Sequence[Direct], vocabulary: Vocabulary) -> Profiles:
    """The profiles as they are written; every number already has the bundle's precision."""
    root, n_terms = vocabulary.index[PHENOTYPE_ROOT], len(vocabulary.ids)
    clinical = Sparse.of([_closed(d.structured, vocabulary.closures, root) for d in direct], n_terms, 1.0)
    counts = [{t: float(np.log1p(n)) for t, n in d.literature.items()} for d in direct]
    highest = max(v for c in counts for v in c.values())
    literature = Sparse.of([_closed(c, vocabulary.closures, root) for c in counts], n_terms, highest)
    weight = np.array([1.0 if d.common else RARE_WEIGHT for d in direct])
    mean = clinical.matrix(clinical.values, len(direct)) @ weight / weight.sum()
    sex = np.zeros((len(direct), 2), dtype=np.float32)
    age = np.zeros((len(direct), len(AGES)), dtype=np.float32)
    for row, d in enumerate(direct):
        if d.sex:
            likely = "FM".index(d.sex[0])
            sex[row, likely], sex[row, 1 - likely] = d.sex[1] / 2, -d.sex[1]
        if d.ages:
            distance = np.abs(np.arange(len(AGES))[:, None] - np.array(d.ages)).min(axis=1)
            age[row] = np.where(distance == 0, 1, np.where(distance == 1, 0, -1))
    return Profiles(clinical, literature, (mean + BACKGROUND_FLOOR).astype(np.float32), sex, age)


def write(path: Path, profiles: Profiles) -> None:
    """Little endian: Uint32 terms, candidates, clinical entries, literature entries; Float32 background[terms];
    Float32 sex[candidates, 2], age[candidates, 6]; then for the clinical and for the literature profiles Uint32
    offsets[terms + 1], Uint16 candidate[entries], Uint8 code[entries]. Every section starts on a multiple of four.
    """
    clinical, literature = profiles.clinical, profiles.literature
    header = struct.pack(
        "<4I", len(profiles.background), profiles.n, len(clinical.codes), len(literature.codes)
    )
    sections = [
        header,
        profiles.background.astype("<f4"),
        profiles.sex.astype("<f4"),
        profiles.age.astype("<f4"),
    ]
    for table in (clinical, literature):
        sections += [table.offsets.astype("<u4"), table.rows.astype("<u2"), table.codes]
    with path.open("wb") as file:
        for section in map(bytes, sections):
            file.write(section + b"\0" * (-len(section) % 4))
