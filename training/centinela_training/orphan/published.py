"""What an explanation reads of the orphan knowledge: typical findings with their frequency, published patients.

``orphan_typical.bin``, little endian: diseases, entries (uint32 each), offsets (uint32, diseases + 1), terms (uint16,
entries), percents (uint8, entries; 255: not stated); each section begins at a multiple of four.
``published_patients.json.gz``: for each disease its patients in ``data/phenopackets``, ``[pmids, sex, age in years or
null, observed terms]``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..bundle import write_gz
from .knowledge import Annotation, Disease
from .patients import Case, rows_by_code

TYPICAL = "orphan_typical.bin"
PUBLISHED = "published_patients.json.gz"
UNSTATED = 255
# Fewer patients make no frequency: "1/1" is a case report, not 100 %.
COUNTED_FROM = 5


def typical(disease: Disease) -> dict[int, int]:
    """Percent of the patients by term, of annotations and published patients; without what nobody was seen with."""
    by_term: dict[int, list[Annotation]] = defaultdict(list)
    for annotation in (*disease.annotations, *disease.patients):
        by_term[annotation.term].append(annotation)
    result = {}
    for term, stated in sorted(by_term.items()):
        seen, of = sum(a.seen for a in stated), sum(a.of for a in stated)
        if seen or not of:
            result[term] = round(100 * seen / of) if of >= COUNTED_FROM else UNSTATED
    return result


def write_typical(folder: Path, diseases: Sequence[Disease]) -> None:
    rows = [typical(d) for d in diseases]
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    sections = [
        np.array([len(rows), offsets[-1]], np.uint32),
        offsets.astype(np.uint32),
        np.array([term for row in rows for term in row], np.uint16),
        np.array([percent for row in rows for percent in row.values()], np.uint8),
    ]
    blobs = (section.tobytes() for section in sections)
    (folder / TYPICAL).write_bytes(b"".join(blob + bytes(-len(blob) % 4) for blob in blobs))


def published_rows(diseases: Sequence[Disease], cases: Sequence[Case]) -> list[list]:
    """For each disease its published patients, by their papers."""
    rows: list[list] = [[] for _ in diseases]
    row_of = rows_by_code(diseases)
    for case in cases:
        row = row_of.get(case.disease)
        if row is not None and case.present and case.papers:
            rows[row].append([sorted(case.papers), case.sex, case.age, sorted(case.present)])
    return [sorted(patients, key=lambda p: (p[0], p[3])) for patients in rows]


def write(folder: Path, diseases: Sequence[Disease], cases: Sequence[Case]) -> None:
    """Writes both files; the same knowledge always gives the same bytes."""
    write_typical(folder, diseases)
    write_gz(folder / PUBLISHED, published_rows(diseases, cases))
