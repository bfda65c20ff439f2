"""The few-shot task: diseases known by k published patients alone, among all others known by their annotations.

Every other cohort is novel: its diseases leave the knowledge base and come back with ``k`` support patients and nothing
else. Papers have one of two sides; who is asked about stands on the other side than all who support, whatever their
disease, so no paper is ever on both. Patients of the base cohorts are asked about too: a member that puts whatever has
a support patient first would else look good.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy import sparse

from ..ddxplus import Ddxplus
from ..simulate import Simulator as CommonSimulator
from ..vocabulary import Vocabulary
from .evaluation import half_of
from .knowledge import Disease, load_diseases
from .net import information_content
from .part import Knowledge
from .patients import Case, annotations, load_cases
from .profiles import Graph, direct_profile, matrix, propagate
from .simulate import Simulator

SEED = 20261121
COMMON_PATIENTS = 100  # simulated a condition


def sides_of(cases: Sequence[Case], seed: int) -> np.ndarray:
    """0 or 1 for every case: cases that share a paper share it, and each disease has both where it has two papers."""
    group: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    for i, c in enumerate(cases):
        joined = sorted({group[p] for p in c.papers if p in group})
        members[i] = [i, *(j for g in joined for j in members.pop(g))]
        group |= {p: i for j in members[i] for p in cases[j].papers}
    taken: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    side = np.zeros(len(cases), int)
    rng = np.random.default_rng(seed)
    for g in rng.permutation(sorted(members)).tolist():
        diseases = [cases[j].disease for j in members[g]]
        fewer = sum(taken[d][0] for d in diseases) - sum(taken[d][1] for d in diseases)
        chosen = int(fewer > 0) if fewer else int(rng.integers(2))
        side[members[g]] = chosen
        for d in diseases:
            taken[d][chosen] += 1
    return side


class Pool(Simulator):
    """Draws from patients at hand, ``patients`` a class, each a sequence of terms."""

    def __init__(self, patients: Sequence[Sequence[Sequence[int]]], graph: Graph, n_terms: int) -> None:
        shares: list[dict[int, float]] = [defaultdict(float) for _ in patients]
        for share, group in zip(shares, patients, strict=True):
            for terms in group:
                for t in dict.fromkeys(terms):
                    share[t] += 1 / len(group)
        super().__init__(matrix(shares, n_terms), graph)
        self.patients = patients
        self.profiles = matrix([propagate(s, graph) for s in shares], n_terms)

    def draw(self, diseases: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        chosen = [self.patients[d][rng.integers(len(self.patients[d]))] for d in diseases.tolist()]
        return flat(chosen)


def flat(patients: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Patients as the simulator draws them: (patient, term)."""
    owner = np.repeat(np.arange(len(patients)), [len(p) for p in patients])
    return owner, np.array([t for p in patients for t in p], np.int64)


def common_pool(data: Path, vocabulary: Vocabulary, graph: Graph) -> Pool:
    """Simulated patients of the 49 common conditions (DDXPlus), HPO terms only."""
    ddxplus = Ddxplus(data)
    simulator = CommonSimulator(ddxplus, vocabulary, SEED)
    classes = []
    for condition in ddxplus.conditions:
        told = [simulator.names(simulator.patient(condition)).values() for _ in range(COMMON_PATIENTS)]
        patients = [[t for t in terms if vocabulary.ids[t].startswith("HP:")] for terms in told]
        classes.append([p for p in patients if p])
    return Pool(classes, graph, len(vocabulary.ids))


@dataclass(frozen=True)
class Episode:
    """Who is asked about and among what: columns are the base diseases, then the candidates that have support.

    ``support``: cases of each candidate; ``profiles``: direct, from them; ``supported``: boolean [candidates];
    ``queries``: cases; ``column``: true column of each.
    """

    k: int
    support: list[list[int]]
    profiles: list[dict[int, float]]
    supported: np.ndarray
    queries: np.ndarray
    column: np.ndarray


@dataclass
class Task:
    """``row``: each case's base disease, -1 where it has none. ``common``: patients to transfer from."""

    vocabulary: Vocabulary
    cases: list[Case]
    base: Knowledge
    novel: np.ndarray
    side: np.ndarray
    row: np.ndarray
    annotated: dict[str, Disease]
    common: Pool
    simulator: Simulator = field(init=False)
    closed: sparse.csr_array = field(init=False)
    information: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.simulator = Simulator(self.base.direct, self.base.graph)
        self.closed = self.simulator.closed(*flat([c.present for c in self.cases]), len(self.cases))
        self.information = information_content(self.base.propagated)
        self.n_base = len(self.base.diseases)

    @staticmethod
    def of(
        diseases: list[Disease], cases: list[Case], vocabulary: Vocabulary, common: Pool, graph: Graph
    ) -> Task:
        """``diseases``: all, as annotated; those of the novel cohorts are taken out here."""
        cases = [c for c in cases if c.present]
        novel = half_of(cases) == 1
        out = {c.row for c, n in zip(cases, novel, strict=True) if n}
        kept = [row for row in range(len(diseases)) if row not in out]
        row_of = {row: i for i, row in enumerate(kept)}
        base = Knowledge.of([diseases[row] for row in kept], vocabulary, graph)
        row = np.array([row_of.get(c.row, -1) for c in cases])
        annotated = {c.disease: diseases[c.row] for c in cases if c.row is not None}
        return Task(vocabulary, cases, base, novel, sides_of(cases, SEED), row, annotated, common)

    def cited(self, i: int) -> bool:
        """Whether an annotation of the case's disease cites its paper."""
        case = self.cases[i]
        return case.disease in self.annotated and bool(case.papers & self.annotated[case.disease].papers)

    def base_queries(self) -> np.ndarray:
        """Cases of base diseases whose own paper is not in the knowledge base."""
        return np.array(
            [i for i in np.flatnonzero(self.row >= 0) if not self.novel[i] and not self.cited(i)], int
        )

    def episodes(self, k: int, keep_annotations: bool = False) -> list[Episode]:
        """One for each side of the papers to ask about; novel diseases with fewer than ``k`` support patients are
        candidates with what they have, and are not asked about.

        ``keep_annotations``: novel diseases come with them, and only uncited papers are asked about.
        """
        return [self._episode(k, side, keep_annotations) for side in (0, 1)]

    def _episode(self, k: int, side: int, keep: bool) -> Episode:
        own: dict[str, list[int]] = defaultdict(list)
        known = self.annotated if keep else {}
        for i in np.flatnonzero(self.novel).tolist():
            if self.cases[i].disease in known:
                own[self.cases[i].disease] += []
            if self.side[i] != side:
                own[self.cases[i].disease].append(i)
        names = sorted(own)
        # A permutation a disease, so that the supports of greater k contain those of smaller.
        rng = np.random.default_rng([SEED, side])
        support = [rng.permutation(own[name])[:k].astype(int).tolist() for name in names]
        profiles = []
        for name, members in zip(names, support, strict=True):
            told = annotations([self.cases[i] for i in members])
            profiles.append(direct_profile((*(known[name].annotations if name in known else ()), *told)))
        position = {name: self.n_base + j for j, name in enumerate(names) if len(support[j]) == k}
        asked = [
            i
            for i in np.flatnonzero(self.novel & (self.side == side)).tolist()
            if self.cases[i].disease in position and not (keep and self.cited(i))
        ]
        others = [i for i in self.base_queries().tolist() if self.side[i] == side]
        column = [position[self.cases[i].disease] for i in asked] + [int(self.row[i]) for i in others]
        supported = np.array([bool(s) for s in support])
        return Episode(k, support, profiles, supported, np.array(asked + others, int), np.array(column, int))


def load_task(data: Path) -> Task:
    vocabulary = Vocabulary(data)
    diseases = load_diseases(data, vocabulary)
    graph = Graph(vocabulary)
    return Task.of(
        diseases,
        load_cases(data, vocabulary, diseases),
        vocabulary,
        common_pool(data, vocabulary, graph),
        graph,
    )
