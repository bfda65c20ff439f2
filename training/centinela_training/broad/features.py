"""Features of the broad layer's candidates for a patient; the twin of ``core/broad.ts``.

Every feature but sex, age and ``profile`` is a sum over findings of an entry of a table [terms, candidates], so that
each finding's part in the score is exact. Features are z-scored over the candidates of the request.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from ..simulate import State
from ..vocabulary import BACKGROUND_KINDS, Vocabulary
from .profiles import Profiles, age_group

FEATURES = (
    "bm25",  # literature and clinical profile, Okapi BM25 of ln(1 + abstracts)
    "likelihood",  # sum of ln(0.4 R + 0.6), R = P(finding | candidate) / background
    "explained",  # share of the findings that the clinical profile explains, by information
    "mentioned",  # share that the literature profile has, by information
    "profile",  # share of the candidate's profile that the patient shows
    "chief_likelihood",
    "chief_explained",
    "history_likelihood",
    "history_explained",
    "absent",  # ln(1 - P) of what is usual or defining and stated absent
    "sex",
    "age",
)
CLINICAL_FEATURES = frozenset((1, 2, 4, 5, 6, 7, 8))

WEIGHT, FLOOR = 0.4, 0.6
DECAY = 0.5  # of a ratio or a mention, a step up
K1, B = 1.2, 0.4  # BM25; a long profile is no fault of the condition
CLINICAL_MENTIONS = 5.0  # P = 1 in the clinical profile counts like ln(1 + abstracts) = 5
USUAL = 0.75  # P from which the absence of a finding counts
MAX_ABSENT_P = 0.95
LEAST_SPREAD = 1e-6


class Features:
    """Features of states under profiles."""

    def __init__(self, profiles: Profiles, vocabulary: Vocabulary) -> None:
        self.profiles, self.vocabulary = profiles, vocabulary
        p = profiles
        n_terms, n = len(p.background), p.n
        self._context = np.array([t["kind"] in BACKGROUND_KINDS for t in vocabulary.terms])
        ratio = p.clinical.values / p.background.astype(np.float64)[p.clinical.terms]
        self._ratio = p.clinical.matrix(ratio, n)
        known = p.clinical.matrix(np.ones(len(p.clinical.codes)), n)
        mentioned = p.literature.matrix(np.ones(len(p.literature.codes)), n)
        self._known, self._mentioned = known, mentioned
        counts = p.literature.matrix(p.literature.values, n)
        both = counts + CLINICAL_MENTIONS * p.clinical.matrix(p.clinical.values, n)
        self._bm25, self._bm25_literature = (self._okapi(sparse.csr_array(m)) for m in (both, counts))
        weighted = p.clinical.matrix(p.clinical.values * p.information[p.clinical.terms], n)
        total = np.asarray(weighted.sum(axis=0)).ravel()
        usual = p.clinical.values >= USUAL
        denied = np.where(usual, np.log1p(-np.minimum(p.clinical.values, MAX_ABSENT_P)), 0.0)
        # Dense rows of the terms that any clinical profile has: a patient's are then gathered at once.
        self._row = np.full(n_terms, -1)
        of = np.unique(p.clinical.terms)
        self._row[of] = np.arange(len(of))
        share = weighted[of].toarray() / np.maximum(total, LEAST_SPREAD)
        self._profile = share.astype(np.float32)
        self._absent = p.clinical.matrix(denied, n)[of].toarray().astype(np.float32)
        scored = np.diff(p.clinical.offsets.astype(np.int64)) + np.diff(p.literature.offsets.astype(np.int64))
        self._scored = scored > 0
        self._steps: dict[int, list[tuple[int, int]]] = {}
        self._tables: dict[int, np.ndarray] = {}
        self._least_known = float(p.information.max())

    def _okapi(self, counts: sparse.csr_array) -> sparse.csr_array:
        """BM25 of one occurrence of each term in the query, [terms, candidates]."""
        length = np.asarray(counts.sum(axis=0)).ravel()
        norm = K1 * (1 - B + B * length / length.mean())
        n = self.profiles.n
        containing = np.diff(counts.indptr)
        idf = np.log1p((n - containing + 0.5) / (containing + 0.5))
        term = np.repeat(np.arange(counts.shape[0]), containing)
        score = idf[term] * counts.data * (K1 + 1) / (counts.data + norm[counts.indices])
        return sparse.csr_array((score, counts.indices, counts.indptr), shape=counts.shape)

    def steps(self, term: int) -> list[tuple[int, int]]:
        """Scored terms that a term implies, itself included, with the fewest edges to each."""
        if term not in self._steps:
            distance = {term: 0}
            frontier = [term]
            while frontier:
                above = [(p, distance[t] + 1) for t in frontier for p in self.vocabulary.up[t]]
                frontier = []
                for parent, d in above:
                    if parent not in distance:
                        distance[parent] = d
                        frontier.append(parent)
            self._steps[term] = [(t, d) for t, d in distance.items() if self._scored[t]]
        return self._steps[term]

    def query(self, terms: Sequence[int]) -> list[int]:
        """Findings that count: known to the layer themselves or by a broader term, and implied by no other."""
        known = [t for t in dict.fromkeys(terms) if self.steps(t)]
        implied = {a for t in known for a, d in self.steps(t) if d > 0}
        return [t for t in known if t not in implied]

    def information(self, term: int) -> float:
        """Weight of a finding in the shares: the information of the most telling term it implies."""
        return max(self.profiles.information[a] for a, _ in self.steps(term))

    def coverage(self, state: State, explained: np.ndarray) -> np.ndarray:
        """Share of the findings of today and of all unknown ones that each candidate explains, [candidates]."""
        today, past = self.split(state)
        known = sum(self.information(t) for t in today)
        unknown = sum(not self.steps(t) for t in dict.fromkeys(state.present) if t not in past)
        total = known + unknown * self._least_known
        return explained * known / total if total else np.zeros(len(explained))

    def table(self, term: int) -> np.ndarray:
        """A finding's entries, float32 [5, candidates].

        BM25, BM25 of the literature alone, ln likelihood ratio, explained, mentioned.
        """
        if term not in self._tables:
            n = self.profiles.n
            rows = np.zeros((5, n))
            weight = self.information(term)
            total = sum(self.profiles.information[a] for a, _ in self.steps(term))
            for a, d in self.steps(term):
                decay = DECAY**d
                for i, m in ((0, self._bm25), (1, self._bm25_literature), (2, self._ratio)):
                    span = slice(m.indptr[a], m.indptr[a + 1])
                    columns = m.indices[span]
                    rows[i, columns] = np.maximum(rows[i, columns], decay * m.data[span])
                share = weight * self.profiles.information[a] / total
                for i, m in ((3, self._known), (4, self._mentioned)):
                    rows[i, m.indices[m.indptr[a] : m.indptr[a + 1]]] += share
            rows[2] = np.log(WEIGHT * rows[2] + FLOOR)
            # Single precision: thousands of terms are kept.
            self._tables[term] = rows.astype(np.float32)
        return self._tables[term]

    def split(self, state: State) -> tuple[list[int], list[int]]:
        """Findings of today, and those of the history or context."""
        query = self.query(state.present)
        past = [t for t in query if t in state.history or self._context[t]]
        return [t for t in query if t not in past], past

    def raw(self, state: State, withheld: int = -1, lacking: frozenset[int] | None = None) -> np.ndarray:
        """Features before z-scoring, [candidates, features].

        ``withheld``: a candidate without its clinical profile, or, where findings that it is ``lacking`` are given,
        without these alone.
        """
        n = self.profiles.n
        today, past = self.split(state)
        x = np.zeros((n, len(FEATURES)))
        empty = np.zeros((5, n))
        now = sum((self.table(t) for t in today), empty)
        then = sum((self.table(t) for t in past), empty)
        now_weight = sum(self.information(t) for t in today)
        then_weight = sum(self.information(t) for t in past)
        x[:, 0] = now[0] + then[0]
        x[:, 1] = now[2]
        if today:
            x[:, 2] = now[3] / now_weight
            x[:, 3] = now[4] / now_weight
        x[:, 4] = self._rows_sum(self._profile, {a for t in today + past for a, _ in self.steps(t)})
        if state.chief in today:
            chief = self.table(state.chief)
            x[:, 5], x[:, 6] = chief[2], chief[3] / self.information(state.chief)
        x[:, 7] = then[2]
        if past:
            x[:, 8] = then[3] / then_weight
        x[:, 9] = self._rows_sum(self._absent, set(state.absent))
        if state.sex in "FM":
            x[:, 10] = self.profiles.sex[:, "FM".index(state.sex)]
        x[:, 11] = self.profiles.age[:, age_group(state.age)]
        if lacking is not None:
            self._lack(x, state, withheld, lacking)
        elif withheld >= 0:
            floor = np.log(FLOOR)
            x[withheld, 0] = now[1, withheld] + then[1, withheld]
            x[withheld, 1], x[withheld, 7] = floor * len(today), floor * len(past)
            x[withheld, [2, 4, 6, 8, 9, 10, 11]] = 0
            x[withheld, 5] = floor * (state.chief in today)
        return x

    def _lack(self, x: np.ndarray, state: State, row: int, lacking: frozenset[int]) -> None:
        """Takes out of a candidate's features what findings add by its clinical profile."""
        for part, likelihood, explained in zip(self.split(state), (1, 7), (2, 8), strict=True):
            weight = sum(self.information(t) for t in part)
            for term in lacking.intersection(part):
                both, literature, ratio, share, _ = self.table(term)[:, row]
                x[row, 0] += literature - both
                x[row, likelihood] += np.log(FLOOR) - ratio
                x[row, explained] -= share / weight
                if term == state.chief and likelihood == 1:
                    x[row, 5] += np.log(FLOOR) - ratio
                    x[row, 6] -= share / self.information(term)
        named = {a for t in self.query(state.present) if t not in lacking for a, _ in self.steps(t)}
        x[row, 4] = self._rows_sum(self._profile, named)[row]

    def _rows_sum(self, table: np.ndarray, terms: set[int]) -> np.ndarray:
        """Sum of the dense rows of the terms that have one, [candidates]."""
        rows = self._row[sorted(terms)] if terms else np.empty(0, dtype=np.int64)
        return table[rows[rows >= 0]].sum(axis=0, dtype=np.float64)


def standardise(x: np.ndarray, unprofiled: np.ndarray) -> np.ndarray:
    """z-scores over the candidates, float32 [candidates, features].

    A feature that tells none apart is 0. A candidate without a clinical profile (``unprofiled``, bool) is nowhere in
    the clinical features: their mean and spread are the others', and it stands at 0, neither for nor against.
    """
    clinical = np.array([j in CLINICAL_FEATURES for j in range(x.shape[1])])
    mean, spread = x.mean(axis=0), x.std(axis=0)
    profiled = x[~unprofiled][:, clinical]
    mean[clinical], spread[clinical] = profiled.mean(axis=0), profiled.std(axis=0)
    telling = spread > LEAST_SPREAD
    z = np.where(telling, (x - mean) / np.where(telling, spread, 1), 0)
    z[np.ix_(unprofiled, clinical)] = 0
    return z.astype(np.float32)
