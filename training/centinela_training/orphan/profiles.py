"""Profiles of diseases and the likelihood ratios drawn from them.

A disease is thought to show its findings at random, each as often as annotated, and a doctor to write a finding
either as annotated or as a broader word for it: a share ``STAY`` of the findings is written at their own level, of
the rest the same share one level up, and so on. The likelihood ratio of a written finding is the sum over its broader
terms of (what the disease sends there) / (what diseases on average send there). After the language models of
information retrieval (Ponte and Croft, SIGIR 1998) and LIRICAL (Robinson et al., AJHG 2020).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ..vocabulary import PHENOTYPE_ROOT, Vocabulary, closure
from .knowledge import Annotation, Disease

PSEUDO_COUNTS = 3.0  # shrink counts towards one half by three imagined patients
BLANK = 0.7  # "a feature of the disease", no frequency given
STAY = 0.6
LEVELS = 8
# Rows of long profiles are damped by the root of their total: between none (favours the much annotated) and all.
SIZE = 0.5


def probability(annotations: Iterable[Annotation]) -> float:
    """P(term | disease) from all statements about one term, 0 to 1; 0 when nobody was seen with it.

    Counts are pooled over papers and shrunk; a bare "is a feature" speaks only where nobody counted.
    """
    counted = [a for a in annotations if a.of]
    if not counted:
        return BLANK
    seen, of = sum(a.seen for a in counted), sum(a.of for a in counted)
    return (seen + PSEUDO_COUNTS / 2) / (of + PSEUDO_COUNTS) if seen else 0.0


def direct_profile(annotations: Iterable[Annotation]) -> dict[int, float]:
    """P(term | disease) of the terms annotated themselves; terms that nobody was seen with are left out."""
    by_term: dict[int, list[Annotation]] = defaultdict(list)
    for annotation in annotations:
        by_term[annotation.term].append(annotation)
    return {term: p for term, group in by_term.items() if (p := probability(group))}


def disease_profile(disease: Disease) -> dict[int, float]:
    """Of the annotations and the published patients together."""
    return direct_profile((*disease.annotations, *disease.patients))


class Graph:
    """HPO below its root of phenotypes, ready for sums: ``reach`` [terms, terms] is what a term sends to each above it.

    ``above`` [terms, terms]: 1 where the row's term is, or is broader than, the column's.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        n, root = len(vocabulary.ids), vocabulary.index[PHENOTYPE_ROOT]
        self.up = [[p for p in parents if p != root] for parents in vocabulary.hpo_up]
        degree = np.array([len(u) for u in self.up])
        child = np.repeat(np.arange(n), degree)
        parent = np.fromiter((p for u in self.up for p in u), np.int64, degree.sum())
        step = sparse.csr_array((1 / degree[child], (parent, child)), shape=(n, n))
        # The root says nothing: what is annotated to it alone counts for nothing.
        here = sparse.csr_array(sparse.diags_array(np.where(np.arange(n) == root, 0, STAY)))
        self.reach = here
        for _ in range(1, LEVELS):
            here = (step @ here) * (1 - STAY)
            self.reach = self.reach + here
        closures = [sorted(closure(self.up, i) - {root}) for i in range(n)]
        owner = np.repeat(np.arange(n), [len(c) for c in closures])
        above = np.fromiter((a for c in closures for a in c), np.int64, len(owner))
        self.above = sparse.csr_array((np.ones(len(owner)), (above, owner)), shape=(n, n))
        self.closures = closures


def matrix(profiles: Sequence[Mapping[int, float]], n_terms: int) -> sparse.csc_array:
    """Profiles as sparse columns, [terms, profiles]."""
    sizes = [len(p) for p in profiles]
    column = np.repeat(np.arange(len(profiles)), sizes)
    terms = np.fromiter((t for p in profiles for t in p), np.int64, sum(sizes))
    values = np.fromiter((v for p in profiles for v in p.values()), float, sum(sizes))
    return sparse.csc_array((values, (terms, column)), shape=(n_terms, len(profiles)))


@dataclass(frozen=True)
class Background:
    """What all profiles have in common: ``share`` [terms], of a random written finding to lie at or below the term;
    ``size``: median total of a profile."""

    share: np.ndarray
    size: float

    @staticmethod
    def of(direct: sparse.csc_array, graph: Graph) -> Background:
        totals = np.asarray(direct.sum(0)).ravel()
        mean = np.asarray((direct / totals).sum(1)).ravel() / direct.shape[1]
        return Background(graph.above @ mean, float(np.median(totals)))


def ratios(direct: sparse.csc_array, background: Background, graph: Graph) -> sparse.csc_array:
    """Likelihood ratio that each term adds to a finding at or below it, sparse [terms, profiles]."""
    totals = np.asarray(direct.sum(0)).ravel()
    sent = graph.reach @ (direct / (totals**SIZE * background.size ** (1 - SIZE)))
    share = background.share
    inverse = np.divide(1, share, out=np.zeros_like(share), where=share > 0)
    return sparse.csc_array(sparse.diags_array(inverse) @ sent)


def ratio_vector(
    profile: Mapping[int, float], background: Background, graph: Graph, n_terms: int
) -> dict[int, float]:
    """:func:`ratios` of one profile, by term."""
    [column] = [ratios(matrix([profile], n_terms), background, graph)]
    return dict(zip(column.indices.tolist(), column.data.tolist(), strict=True))


def propagate(direct: Mapping[int, float], graph: Graph) -> dict[int, float]:
    """The profile with every broader term, at the greatest probability below it."""
    full: dict[int, float] = {}
    # From the most probable down: where a term already stands, so does all above it, at least as probable.
    for term, p in sorted(direct.items(), key=lambda item: -item[1]):
        for t in graph.closures[term]:
            full.setdefault(t, p)
    return full
