"""Small orphan parts: an ontology to reckon with by hand, and parts of a few diseases over the real one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from centinela_training.orphan.knowledge import Annotation, Disease
from centinela_training.orphan.net import Net, information_content
from centinela_training.orphan.part import Knowledge, OrphanPart, build
from centinela_training.orphan.profiles import Graph
from centinela_training.vocabulary import PHENOTYPE_ROOT, Vocabulary, closure

ROOT, A, B, C, D, E, LOCAL = range(7)
WIDTH = 24


HPO_UP = ((), (ROOT,), (A,), (A,), (B, C), (ROOT,), ())
UP = (*HPO_UP[:LOCAL], (E,))


@dataclass
class Toy:
    """D lies below B and C, both below A; A and E below the root. ``LOCAL`` implies E, which HPO does not know."""

    ids: tuple[str, ...] = (PHENOTYPE_ROOT, "HP:A", "HP:B", "HP:C", "HP:D", "HP:E", "CEN:local")
    hpo_up: tuple[tuple[int, ...], ...] = HPO_UP
    up: tuple[tuple[int, ...], ...] = UP
    replaced: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.index = {term: i for i, term in enumerate(self.ids)}
        self.closures = [closure(self.up, i) for i in range(len(self.up))]


def disease(code: str = "X:1", annotations: Sequence[Annotation] = (), **more: object) -> Disease:
    papers = frozenset().union(*(a.papers for a in annotations))
    return Disease(code, (code,), code, code, "en", None, tuple(annotations), papers, **more)


def counted(shares: Mapping[int, tuple[float, float]], *papers: int) -> tuple[Annotation, ...]:
    return tuple(Annotation(t, seen, of, frozenset(papers)) for t, (seen, of) in shares.items())


def untrained(propagated: sparse.csc_array, seed: int = 3) -> Net:
    embedding = np.random.default_rng(seed).normal(0, 1, (propagated.shape[0], WIDTH)).astype(np.float32)
    return Net(embedding, embedding.copy(), information_content(propagated))


def trained_columns(n_terms: int, *shown: int) -> sparse.csc_array:
    """Trained conditions that show one term each."""
    columns = np.arange(len(shown))
    return sparse.csc_array((np.full(len(shown), 0.8), (shown, columns)), shape=(n_terms, len(shown)))


def small_part(diseases: Sequence[Disease], vocabulary: Vocabulary, graph: Graph) -> OrphanPart:
    """With an untrained network, and two trained conditions: fever, and chest pain."""
    knowledge = Knowledge.of(list(diseases), vocabulary, graph)
    common = (vocabulary.index[t] for t in ("HP:0001945", "HP:0100749"))
    net = untrained(knowledge.propagated)
    return build(knowledge, vocabulary, net, trained_columns(len(vocabulary.ids), *common))
