"""The served prediction for many patients at once: the twin of ``core/differential.ts`` that reports are made with."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np

from ..simulate import State, encode
from ..softmax import softmax
from ..vocabulary import Vocabulary
from .evidence import Evidence, read_evidence
from .gate import Gate, gate_features
from .sets import Sets
from .support import Support, fit_of

CHUNK = 500
SHOWN = 20
UNKNOWN = -1


class CommonPart(Protocol):
    def predict(self, x: np.ndarray, findings: np.ndarray) -> np.ndarray:
        """Calibrated P(class | common), [n, classes], "no relevant disease" last."""


class OrphanPart(Protocol):
    def query(self, state: State) -> list[int]:
        """The findings that the likelihood ratios score."""

    def lr(self, states: Sequence[State]) -> np.ndarray:
        """Sums of log likelihood ratios, [n, orphan + trained rows]; 0 where nothing is scored."""

    def logits(self, states: Sequence[State], lr: np.ndarray) -> np.ndarray:
        """Calibrated logits of the orphan rows, [n, orphans]; ``lr`` alike."""


class BroadPart(Protocol):
    rows: np.ndarray
    """Row of each candidate, [candidates]."""

    def logits(self, states: Sequence[State]) -> np.ndarray:
        """Calibrated logits of the candidates, [n, candidates]."""

    def summary(self, states: Sequence[State]) -> np.ndarray:
        """What the gate reads of the layer, [n, 6]; see :func:`.gate.gate_features`."""


@dataclass(frozen=True)
class Whole:
    """Predictions for n patients. Rows are indices into the bundle's conditions; probabilities are joint, 0-1.

    ``gate`` [n, 3]: P(common), P(broad), P(orphan). ``common`` [n, 50]: P(class | common). ``trained`` [n, 49]: joint
    probability of the trained conditions, what broad candidates that point to them add included; ``none`` [n]: of "no
    relevant disease", which is not listed. ``top_rows``, ``top_p`` [n, 20]: the list, likeliest first. ``mass``: for
    each named mask of rows, the probability of all its rows together, [n].

    Of the true row, where one is told: ``true_p`` [n] (NaN), ``true_rank`` [n] from 1, a tie counting against it
    (0: no truth), ``in_set`` [n] (False). ``set_size`` [n]: conditions in the prediction set. ``well_in_set`` [n].
    ``ood``, ``sufficiency`` [n], 0-1. ``findings`` [n]: those that some layer reads; ``scored`` [n]: query terms of the
    likelihood ratios; ``fit`` [n]: how well the best condition explains these (:func:`.support.fit_of`). ``kind_p``
    [n, 3]: greatest joint probability of one trained, one knowledge-only and one orphan row.
    """

    gate: np.ndarray
    common: np.ndarray
    trained: np.ndarray
    none: np.ndarray
    top_rows: np.ndarray
    top_p: np.ndarray
    mass: dict[str, np.ndarray]
    true_p: np.ndarray
    true_rank: np.ndarray
    in_set: np.ndarray
    set_size: np.ndarray
    well_in_set: np.ndarray
    ood: np.ndarray
    sufficiency: np.ndarray
    findings: np.ndarray
    scored: np.ndarray
    fit: np.ndarray
    kind_p: np.ndarray


@dataclass(frozen=True)
class Read:
    """What the gate is told of n patients.

    ``broad``: P(candidate | broad); ``features`` [n, features]: what it reads.
    """

    evidence: Evidence
    common: np.ndarray
    lr: np.ndarray
    broad: np.ndarray
    features: np.ndarray


@dataclass(frozen=True)
class Parts(Read):
    """What the three parts say of n patients, before they are merged. ``orphan``: P(row | orphan)."""

    orphan: np.ndarray


class Predictor:
    """Scores states as the served handlers must.

    ``n_rows``: conditions of the bundle. The column after the last one stands for "no relevant disease", as the truth
    ``n_rows`` does.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        common: CommonPart,
        orphan: OrphanPart,
        broad: BroadPart,
        ic: np.ndarray,
        n_orphans: int,
        n_rows: int,
        gate: Gate,
        sets: Sets,
        support: Support,
    ) -> None:
        self.vocabulary, self.common, self.orphan, self.broad = vocabulary, common, orphan, broad
        self.ic, self.n_orphans, self.n_rows = ic, n_orphans, n_rows
        self.gate, self.sets, self.support = gate, sets, support

    def updated(self, **changes: object) -> Predictor:
        """The same with other parts, such as a fitted gate."""
        other = copy.copy(self)
        for name, value in changes.items():
            setattr(other, name, value)
        return other

    def parts(self, states: Sequence[State]) -> Parts:
        """All states at once: hand in a few hundred."""
        read = self._read(states)
        logits = self.orphan.logits(states, read.lr[:, : self.n_orphans])
        return Parts(**vars(read), orphan=softmax(logits))

    def features(self, states: Sequence[State]) -> np.ndarray:
        """What the gate reads, [n, features]."""
        return np.concatenate([self._read(part).features for part in chunks(states)])

    def _read(self, states: Sequence[State]) -> Read:
        summary = self.broad.summary(states)
        evidence = read_evidence(states, self.orphan.query, summary, self.ic, self.vocabulary)
        lr = self.orphan.lr(states)
        common = self.common.predict(encode(list(states), self.vocabulary), evidence.readable)
        last = self.n_orphans + common.shape[1] - 1
        trained = (self.broad.rows >= self.n_orphans) & (self.broad.rows < last)
        broad = softmax(self.broad.logits(states))
        mass = broad[:, trained].sum(1)
        features = gate_features(evidence, lr, self.n_orphans, common, summary, mass)
        return Read(evidence, common, lr, broad, features)

    def merge(self, parts: Parts) -> tuple[np.ndarray, np.ndarray]:
        """The gate, [n, 3], and the joint probabilities, [n, rows + 1], "no relevant disease" last."""
        gate = self.gate.predict(parts.features)
        trained = slice(self.n_orphans, self.n_orphans + parts.common.shape[1] - 1)
        p = np.zeros((len(gate), self.n_rows + 1))
        p[:, : self.n_orphans] = gate[:, 2:] * parts.orphan
        p[:, trained] = gate[:, :1] * parts.common[:, :-1]
        p[:, -1] = gate[:, 0] * parts.common[:, -1]
        np.add.at(p.T, self.broad.rows, (gate[:, 1:2] * parts.broad).T)
        return gate, p

    def predict(
        self,
        states: Sequence[State],
        truth: np.ndarray | None = None,
        masks: Mapping[str, np.ndarray] | None = None,
    ) -> Whole:
        """Any number of states, scored in chunks; what is kept of each is small.

        ``truth`` [n]: true row, ``n_rows`` for "no relevant disease", -1 for one that no row stands for.
        ``masks``: name -> [rows + 1] bool, rows whose joint probability is wanted together.
        """
        truth = np.full(len(states), UNKNOWN) if truth is None else truth
        done, at = [], 0
        for part in chunks(states):
            done.append(self._predict(part, truth[at : at + len(part)], masks or {}))
            at += len(part)
        return joined(done)

    def _predict(self, states: Sequence[State], truth: np.ndarray, masks: Mapping[str, np.ndarray]) -> Whole:
        parts = self.parts(states)
        gate, p = self.merge(parts)
        listed, n = p[:, :-1], len(states)
        order = ranked(listed, SHOWN)
        top_p = np.take_along_axis(listed, order, 1)
        told = truth != UNKNOWN
        true_p = np.where(told, p[np.arange(n), truth], np.nan)
        findings = parts.evidence.findings
        members = self.sets.members(p, findings)
        ends = (0, self.n_orphans, self.n_orphans + parts.common.shape[1] - 1, self.n_rows)
        orphan, trained, known = (listed[:, a:b].max(1, initial=0) for a, b in itertools.pairwise(ends))
        return Whole(
            gate=gate,
            common=parts.common,
            # Copies: a view would keep the whole matrix.
            trained=listed[:, ends[1] : ends[2]].copy(),
            none=p[:, -1].copy(),
            top_rows=order,
            top_p=top_p,
            mass={name: p[:, mask].sum(1) for name, mask in masks.items()},
            true_p=true_p,
            true_rank=np.where(told, (listed >= true_p[:, None]).sum(1) + (truth == self.n_rows), 0),
            in_set=told & members[np.arange(n), truth],
            set_size=members[:, :-1].sum(1),
            well_in_set=members[:, -1].copy(),
            ood=self.support.ood(parts.evidence, parts.lr),
            sufficiency=self.support.sufficiency(parts.evidence, top_p),
            findings=findings,
            scored=parts.evidence.scored,
            fit=fit_of(parts.evidence, parts.lr),
            kind_p=np.stack([trained, known, orphan], 1),
        )


def chunks(states: Sequence[State]) -> Iterator[Sequence[State]]:
    for at in range(0, len(states), CHUNK):
        yield states[at : at + CHUNK]


def joined(parts: Sequence[Whole]) -> Whole:
    def join(name: str) -> object:
        values = [getattr(part, name) for part in parts]
        if name == "mass":
            return {key: np.concatenate([v[key] for v in values]) for key in values[0]}
        return np.concatenate(values)

    return Whole(**{f.name: join(f.name) for f in fields(Whole)})


def taken(whole: Whole, which: np.ndarray) -> Whole:
    """The patients of these indices, in this order."""
    values = {f.name: getattr(whole, f.name) for f in fields(Whole)}
    mass = {name: m[which] for name, m in values.pop("mass").items()}
    return Whole(mass=mass, **{name: v[which] for name, v in values.items()})


def ranked(p: np.ndarray, count: int) -> np.ndarray:
    """The ``count`` likeliest columns of each row, likeliest first, ties by place."""
    count = min(count, p.shape[1])
    best = np.sort(np.argpartition(-p, count - 1, axis=1)[:, :count], axis=1)
    order = np.argsort(-np.take_along_axis(p, best, 1), axis=1, kind="stable")
    return np.take_along_axis(best, order, 1)
