"""Published patients (``data/phenopackets``): as cases to rank, and as knowledge of their diseases."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..vocabulary import Vocabulary, read_jsonl_gz
from .knowledge import Annotation, Disease

CASES = "phenopackets/cases.jsonl.gz"
UNTOLD_AGE = 30.0  # years, for the parts that read an age; who gets it is marked where cases are written


@dataclass(frozen=True)
class Case:
    """A published patient: observed and excluded terms, disease, its row (None: unknown), papers and cohort.

    ``age`` in years, None where not told; ``sex`` F, M or O.
    """

    present: tuple[int, ...]
    disease: str
    row: int | None
    papers: frozenset[int]
    cohort: str
    absent: tuple[int, ...] = ()
    age: float | None = None
    sex: str = "O"


def years(duration: str | None) -> float | None:
    """ISO 8601 duration (``P5Y8M``) in years; None where there is none."""
    if not duration:
        return None
    parts = {unit: int(n) for n, unit in re.findall(r"(\d+)([YMWD])", duration.split("T")[0])}
    total = parts.get("Y", 0) + parts.get("M", 0) / 12 + parts.get("W", 0) / 52 + parts.get("D", 0) / 365
    return min(120.0, round(total, 2))


def rows_by_code(diseases: Sequence[Disease]) -> dict[str, int]:
    return {code: row for row, d in enumerate(diseases) for code in d.codes}


def read_cases(raw: Iterable[Mapping], vocabulary: Vocabulary, row_of: Mapping[str, int]) -> list[Case]:
    """Rows as ``data/phenopackets`` has them. Terms of mortality are no finding: the vocabulary has none."""

    def known(terms: Iterable[str]) -> tuple[int, ...]:
        named = (vocabulary.index.get(vocabulary.replaced.get(t, t)) for t in terms)
        return tuple(dict.fromkeys(t for t in named if t is not None))

    cases = []
    for c in raw:
        [disease] = c["idis"]
        pmids = frozenset(int(p.removeprefix("PMID:")) for p in c["pmid"])
        sex = {"MALE": "M", "FEMALE": "F"}.get(c["sex"], "O")
        told = known(c["obs"]), disease, row_of.get(disease), pmids, c["cohort"]
        cases.append(Case(*told, known(c["exc"]), years(c["age"]), sex))
    return cases


def load_cases(data: Path, vocabulary: Vocabulary, diseases: Sequence[Disease]) -> list[Case]:
    """All shipped cases, in the file's order."""
    return read_cases(read_jsonl_gz(data / CASES), vocabulary, rows_by_code(diseases))


def annotations(cases: Iterable[Case]) -> list[Annotation]:
    """What the patients show, one statement a patient and term: seen in one of one, or excluded (none of one).

    A term that a patient's report does not mention says nothing: reports list what was looked for.
    """
    stated = []
    for c in cases:
        stated += [Annotation(t, 1, 1, c.papers) for t in c.present]
        stated += [Annotation(t, 0, 1, c.papers) for t in c.absent if t not in c.present]
    return stated


def with_patients(
    diseases: Sequence[Disease], cases: Sequence[Case], names: Mapping[str, str]
) -> list[Disease]:
    """The diseases with their published patients; those known by patients alone follow, by code.

    ``names``: code -> English name, for the latter.
    """
    of: dict[int | str, list[Case]] = defaultdict(list)
    for c in cases:
        of[c.disease if c.row is None else c.row].append(c)
    known = [
        replace(d, patients=(*d.patients, *annotations(of[row]))) if row in of else d
        for row, d in enumerate(diseases)
    ]
    new = sorted(code for code in of if isinstance(code, str) and any(c.present for c in of[code]))
    return known + [
        Disease(
            code,
            (code,),
            names.get(code, code),
            names.get(code, code),
            "en",
            None,
            (),
            frozenset(),
            patients=tuple(annotations(of[code])),
        )
        for code in new
    ]


def disease_names(data: Path) -> dict[str, str]:
    """English names of the cases' diseases, as their papers' curators wrote them."""
    return {d["id"]: d["label"] for c in read_jsonl_gz(data / CASES) for d in c["dis"]}
