"""Stand-ins for the three parts: 4 orphan conditions, 2 trained ones, 2 that the broad layer alone knows."""

from __future__ import annotations

import numpy as np

from centinela_training.simulate import State
from centinela_training.vocabulary import Vocabulary
from centinela_training.whole.evidence import information_content
from centinela_training.whole.gate import FEATURES, KINDS, PRIOR, Gate, gate_onnx
from centinela_training.whole.predictor import Predictor
from centinela_training.whole.sets import all_in, columns
from centinela_training.whole.support import unfitted

N_ORPHANS, N_TRAINED, N_ROWS = 4, 2, 8
FEVER, CHEST_PAIN, TALL = "HP:0001945", "HP:0100749", "HP:0000098"


class Common:
    def predict(self, x, findings):
        logits = np.stack([findings, 0 * findings, 0.5 + 0 * findings], 1).astype(float)
        e = np.exp(logits)
        return e / e.sum(1, keepdims=True)


class Orphan:
    def __init__(self, scored: set[int]) -> None:
        self.scored = scored

    def query(self, state):
        return [t for t in state.present if t in self.scored]

    def lr(self, states):
        n = np.array([len(self.query(s)) for s in states])[:, None]
        return n * np.array([[1.0, -0.5, 0.2, 0.2, 0.4, -0.5]])

    def logits(self, states, lr):
        return lr


class Broad:
    """The first candidate is the trained condition 4 and the second the orphan one 0."""

    rows = np.array([4, 0, 6, 7])

    def logits(self, states):
        return np.array([[len(s.present), 0.0, -1.0, len(s.absent)] for s in states], dtype=float)

    def summary(self, states):
        return np.array([[len(s.present), 0.5, 0.5, 0.2, 1.0, len(s.present)] for s in states])


def state(vocabulary: Vocabulary, *ids: str, absent: tuple[str, ...] = ()) -> State:
    return State([vocabulary.index[i] for i in ids], [vocabulary.index[i] for i in absent], 40, "F", "")


def predictor(vocabulary: Vocabulary) -> Predictor:
    """Half the orphan rows have fever, one is tall; the gate leans to orphans with what is scored."""
    having = np.zeros(len(vocabulary.ids), int)
    having[vocabulary.index[FEVER]], having[vocabulary.index[TALL]] = 3, 1
    offsets = np.concatenate([[0], np.cumsum(having)])
    weights = np.zeros((len(FEATURES), len(KINDS)))
    weights[0, 2] = 0.5
    gate = Gate(gate_onnx(weights, np.log(PRIOR)).SerializeToString())
    scored = {vocabulary.index[FEVER], vocabulary.index[TALL]}
    ic = information_content(offsets, N_ORPHANS + N_TRAINED, vocabulary)
    sets = all_in(columns(N_ORPHANS, N_TRAINED, N_ROWS))
    return Predictor(
        vocabulary, Common(), Orphan(scored), Broad(), ic, N_ORPHANS, N_ROWS, gate, sets, unfitted()
    )
