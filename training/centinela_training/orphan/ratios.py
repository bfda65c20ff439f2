"""Likelihood ratios in one byte each, as the bundle holds them, and the score of a patient by them.

The binary layout: :func:`write_profiles`, whose reader in production is TypeScript.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse

from ..vocabulary import Vocabulary

WEIGHT, FLOOR = 0.6, 0.4  # a finding that the profile knows nothing of costs ln 0.4
LEAST_LN_RATIO = -4.0  # below this the floor hides the difference
# What each finding costs a row that published patients made: their profiles fit as reports are written, and would
# outrank, by that alone, diseases known from a textbook's list.
PATIENT_DISCOUNT = 0.15


@dataclass(frozen=True)
class Ratios:
    """ln ratio in one byte, sorted by term, then row: ``minimum + code * step``; what is not listed has ratio 0."""

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

    def kept(self, ratio: Mapping[int, float]) -> dict[int, int]:
        """Codes by term of a row's ratios, ascending; what is too small to be listed is left out."""
        large = {t: np.log(r) for t, r in sorted(ratio.items()) if r > np.exp(LEAST_LN_RATIO)}
        return dict(zip(large, self.encode(np.array(list(large.values()))).tolist(), strict=True))


def encode_ratios(matrix: sparse.csc_array) -> Ratios:
    """Quantises ratios, sparse [terms, rows], over the range that they span."""
    by_term = sparse.csr_array(matrix)
    by_term.data[by_term.data <= np.exp(LEAST_LN_RATIO)] = 0
    by_term.eliminate_zeros()
    by_term.sort_indices()
    ln_ratio = np.log(by_term.data)
    minimum, maximum = float(ln_ratio.min()), float(ln_ratio.max())
    frame = Ratios(
        by_term.indptr.astype(np.uint32),
        by_term.indices.astype(np.uint16),
        np.empty(0, np.uint8),
        by_term.shape[1],
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


class Scorer:
    """Sum over findings of ``ln(weight * ratio + floor)``, on the decoded bytes that production sees.

    A finding's ratio is the sum of those of the terms that it implies, its own among them.
    ``discounted``: boolean [rows], rows that published patients made.
    """

    def __init__(self, ratios: Ratios, vocabulary: Vocabulary, discounted: np.ndarray | None = None) -> None:
        self.ratios, self.vocabulary = ratios, vocabulary
        self.discounted = np.zeros(ratios.n_rows, bool) if discounted is None else discounted
        self._table = ratios.decode(np.arange(256))
        self._made: dict[int, np.ndarray] = {}
        self._scored = np.diff(ratios.offsets.astype(np.int64)) > 0

    def query(self, present: Iterable[int]) -> list[int]:
        """Findings that count: they or an ancestor are scored, and no more specific finding implies them."""
        above = self.vocabulary.closures
        scored = [t for t in dict.fromkeys(present) if any(self._scored[a] for a in above[t])]
        return [t for t in scored if not any(t != q and t in above[q] for q in scored)]

    def implied(self, present: Iterable[int]) -> np.ndarray:
        """The scored terms that the query's findings imply, ascending."""
        terms = {a for t in self.query(present) for a in self.vocabulary.closures[t] if self._scored[a]}
        return np.array(sorted(terms), np.int64)

    def contributions(self, term: int) -> np.ndarray:
        """What the finding adds to every row's score, float32 [rows]: its log likelihood ratio, floored, discounted."""
        if term not in self._made:
            ratio = np.zeros(self.ratios.n_rows)
            for a in sorted(self.vocabulary.closures[term]):
                span = slice(*self.ratios.offsets[a : a + 2])
                ratio[self.ratios.rows[span]] += self._table[self.ratios.codes[span]]
            made = np.log(WEIGHT * ratio + FLOOR) - PATIENT_DISCOUNT * self.discounted
            self._made[term] = made.astype(np.float32)
        return self._made[term]

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

    def score_row(self, patient: Iterable[int], codes: Mapping[int, int], discounted: bool = False) -> float:
        """Score of a row that the ratios do not hold, from its codes by term: a profile changed for one patient."""
        cost = PATIENT_DISCOUNT * discounted
        total = 0.0
        for t in self.query(patient):
            ratio = sum(self._table[codes[a]] for a in sorted(self.vocabulary.closures[t]) if a in codes)
            total += float(np.log(WEIGHT * ratio + FLOOR)) - cost
        return total
