"""The orphan part as served: likelihood ratios, prototypical network and what is known of the patient besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import numpy_helper
from scipy import sparse

from ..simulate import State
from ..vocabulary import Vocabulary
from . import net as network
from .knowledge import X_RECESSIVE, Disease
from .profiles import Background, Graph, direct_profile, disease_profile, matrix, propagate, ratios
from .ratios import Ratios, Scorer, encode_ratios

# Orphanet's classes of point prevalence, in decades: what "ten times as many patients" is worth is PREVALENCE.
DECADES = {
    ">1 / 1000": 3.0, "6-9 / 10 000": 2.8, "1-5 / 10 000": 2.3, "1-9 / 100 000": 1.5,
    "1-9 / 1 000 000": 0.5, "<1 / 1 000 000": -0.5,
}  # fmt: skip
NET, PREVALENCE = 2.0, 0.1
UNLIKELY = -1.5  # a woman and an X-linked recessive disease
TERM_BANDS = (0, 2, 3, 5, 8)


@dataclass(frozen=True)
class Knowledge:
    """What the rows are made from. ``background``: of the annotations alone, whatever published patients add."""

    diseases: list[Disease]
    graph: Graph
    background: Background
    direct: sparse.csc_array
    propagated: sparse.csc_array

    @staticmethod
    def of(diseases: list[Disease], vocabulary: Vocabulary, graph: Graph) -> Knowledge:
        n = len(vocabulary.ids)
        profiles = [disease_profile(d) for d in diseases]
        annotated = [p for d in diseases if (p := direct_profile(d.annotations))]
        background = Background.of(matrix(annotated, n), graph)
        propagated = matrix([propagate(p, graph) for p in profiles], n)
        return Knowledge(diseases, graph, background, matrix(profiles, n), propagated)


@dataclass
class OrphanPart:
    """``scales``: what multiplies the sum of the evidence, for each band of scored findings; ascending from 0."""

    knowledge: Knowledge
    vocabulary: Vocabulary
    scorer: Scorer
    model: bytes
    scales: list[dict] = field(default_factory=lambda: [{"min_terms": 0, "scale": 1.0}])

    def __post_init__(self) -> None:
        diseases = self.knowledge.diseases
        self.n = len(diseases)
        weights = {
            w.name: numpy_helper.to_array(w) for w in onnx.load_from_string(self.model).graph.initializer
        }
        self._embedding = weights["embedding"] * weights["embedding_scale"]
        self._prototypes = weights["prototype"].astype(np.float32) * weights["prototype_scale"]
        facts = [disease_facts(d) for d in diseases]
        self.prevalence = PREVALENCE * np.array([f.decades for f in facts])
        self.male_only = np.array([f.x_recessive for f in facts])

    @property
    def ratios(self) -> Ratios:
        return self.scorer.ratios

    def query(self, state: State) -> list[int]:
        """The findings that the likelihood ratios score."""
        return self.scorer.query(state.present)

    def lr(self, states: Sequence[State]) -> np.ndarray:
        """Sums of log likelihood ratios, [n, orphan + trained rows]; 0 where nothing is scored."""
        return self.scorer.score([s.present for s in states])

    def cosines(self, states: Sequence[State]) -> np.ndarray:
        """The network's scores, [n, orphans], -1 to 1; 0 where nothing is scored."""
        implied = [self.scorer.implied(s.present) for s in states]
        owner = np.repeat(np.arange(len(states)), [len(i) for i in implied])
        cells = (np.ones(len(owner), np.float32), (owner, np.concatenate([*implied, []]).astype(np.int64)))
        closed = sparse.csr_array(cells, shape=(len(states), len(self.vocabulary.ids)))
        return network.normalised(closed @ self._embedding)[0] @ self._prototypes

    def context(self, states: Sequence[State]) -> np.ndarray:
        """What prevalence and sex add, [n, orphans]. Age of onset adds nothing measurable (:mod:`.ablation`)."""
        woman = np.array([s.sex == "F" for s in states])[:, None]
        return self.prevalence + UNLIKELY * (woman & self.male_only)

    def evidence(
        self, states: Sequence[State], lr: np.ndarray | None = None, cosines: np.ndarray | None = None
    ) -> np.ndarray:
        """Sum of what speaks for each disease, [n, orphans], before its scale.

        Findings of one patient are not independent: their sum is divided by the root of their number.
        """
        lr = self.lr(states)[:, : self.n] if lr is None else lr
        cosines = self.cosines(states) if cosines is None else cosines
        terms = np.array([max(1, len(self.query(s))) for s in states])[:, None]
        return lr / np.sqrt(terms) + NET * cosines + self.context(states)

    def logits(
        self, states: Sequence[State], lr: np.ndarray | None = None, cosines: np.ndarray | None = None
    ) -> np.ndarray:
        """Calibrated logits of the orphan rows, [n, orphans]; the softmax of them is P(row | orphan)."""
        return self.scale(states)[:, None] * self.evidence(states, lr, cosines)

    def scale(self, states: Sequence[State]) -> np.ndarray:
        lows = [row["min_terms"] for row in self.scales]
        terms = np.array([len(self.query(s)) for s in states], int)
        values = np.array([row["scale"] for row in self.scales])
        return values[np.searchsorted(lows, terms, side="right") - 1]


@dataclass(frozen=True)
class Facts:
    decades: float
    x_recessive: bool

    def entry(self) -> dict:
        """As the bundle has it; what is false or nought is left out."""
        marks = {"decades": self.decades, "x_recessive": self.x_recessive}
        return {name: value for name, value in marks.items() if value}


def disease_facts(disease: Disease) -> Facts:
    return Facts(DECADES.get(disease.prevalence or "", 0.0), disease.inheritance == (X_RECESSIVE,))


def build(
    knowledge: Knowledge, vocabulary: Vocabulary, net: network.Net, trained: sparse.csc_array
) -> OrphanPart:
    """``trained``: how often the 49 trained conditions show each finding, sparse [terms, conditions]."""
    rows = sparse.csc_array(sparse.hstack([knowledge.direct, trained]))
    table = encode_ratios(ratios(rows, knowledge.background, knowledge.graph))
    discounted = np.array([bool(d.patients) for d in knowledge.diseases] + [False] * trained.shape[1])
    model = network.to_onnx(net, net.prototypes(knowledge.propagated))
    return OrphanPart(
        knowledge,
        vocabulary,
        Scorer(table, vocabulary, discounted),
        model.SerializeToString(deterministic=True),
    )
