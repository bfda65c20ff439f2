"""The prototypical network of the orphan part (Snell et al., NeurIPS 2017): patients and diseases in one space.

A patient is the normalised sum of the embeddings of the findings and all that they imply, weighted by information
content; a disease's prototype is the same of its profile, in embeddings of its own. Their cosine is the score. It
learns from simulated patients alone. A new disease needs no training: its prototype is computed from its profile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from scipy import sparse

from .simulate import Simulator

WIDTH = 192
STEPS = 1_500
BATCH = 512
NEGATIVES = 1_536
RATE = 4e-3
SHARPNESS = 20.0
EPSILON = 1e-6
MOMENTUM, MEMORY = 0.9, 0.99


@dataclass
class Net:
    """``patient``, ``disease`` [terms, width]: embeddings; ``information`` [terms], 0-1 (0: no disease shows it)."""

    patient: np.ndarray
    disease: np.ndarray
    information: np.ndarray

    def embed(self, findings: sparse.csr_array) -> np.ndarray:
        """Patients given as closed indicators [n, terms], [n, width]."""
        return normalised((findings * self.information[None, :]) @ self.patient)[0]

    def prototypes(self, profiles: sparse.csc_array) -> np.ndarray:
        """Of propagated profiles [terms, diseases], [diseases, width]."""
        return normalised(weighted(profiles, self.information) @ self.disease)[0]


def information_content(profiles: sparse.csc_array) -> np.ndarray:
    """-ln of a term's mean probability over the diseases, scaled to 1, [terms]; 0 where no disease shows it."""
    mean = np.asarray(profiles.sum(1)).ravel() / profiles.shape[1]
    content = np.where(mean > 0, -np.log(np.maximum(mean, 1e-5)), 0)
    return (content / content.max()).astype(np.float32)


def weighted(profiles: sparse.csc_array, information: np.ndarray) -> sparse.csr_array:
    return sparse.csr_array(profiles.T * information[None, :]).astype(np.float32)


def normalised(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of length one, and the lengths they had."""
    length = np.sqrt((a * a).sum(1, keepdims=True)) + EPSILON
    return a / length, length


def through_norm(unit: np.ndarray, length: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    return (gradient - unit * (unit * gradient).sum(1, keepdims=True)) / length


class Adam:
    """Kingma and Ba, ICLR 2015."""

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.first, self.second = values, np.zeros_like(values), np.zeros_like(values)

    def step(self, gradient: np.ndarray, rate: float, t: int) -> None:
        self.first += (1 - MOMENTUM) * (gradient - self.first)
        self.second += (1 - MEMORY) * (gradient * gradient - self.second)
        corrected = rate * np.sqrt(1 - MEMORY**t) / (1 - MOMENTUM**t)
        self.values -= np.float32(corrected) * self.first / (np.sqrt(self.second) + np.float32(1e-8))


def fit(
    simulator: Simulator,
    profiles: sparse.csc_array,
    seed: int,
    steps: int,
    log: Callable[[str], None],
    start: Net | None = None,
) -> Net:
    """Least log loss of the true disease among those of the batch and random others; ``start``: where to begin."""
    rng = np.random.default_rng(seed)
    if start is None:
        embedding = rng.normal(0, WIDTH**-0.5, (profiles.shape[0], WIDTH)).astype(np.float32)
        start = Net(embedding, embedding.copy(), information_content(profiles))
    net = Net(start.patient.copy(), start.disease.copy(), start.information)
    by_disease = weighted(profiles, net.information)
    patients, diseases = Adam(net.patient), Adam(net.disease)
    loss = 0.0
    for t in range(1, steps + 1):
        true = rng.integers(profiles.shape[1], size=BATCH)
        seen = simulator.closed(*simulator.draw(true, rng), BATCH) * net.information[None, :]
        shown = np.unique(np.concatenate([true, rng.integers(profiles.shape[1], size=NEGATIVES)]))
        target = np.searchsorted(shown, true)
        z, z_length = normalised(seen @ net.patient)
        q, q_length = normalised(by_disease[shown] @ net.disease)
        logits = np.float32(SHARPNESS) * (z @ q.T)
        p = np.exp(logits - logits.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        at = np.arange(BATCH)
        loss -= float(np.log(p[at, target] + 1e-9).mean())
        p[at, target] -= 1
        p *= np.float32(SHARPNESS / BATCH)
        rate = RATE * (1 - (t - 1) / steps)
        patients.step(seen.T @ through_norm(z, z_length, p @ q), rate, t)
        diseases.step(by_disease[shown].T @ through_norm(q, q_length, p.T @ z), rate, t)
        if t % 250 == 0:
            log(f"  orphan net: step {t:,} of {steps:,}, log loss {loss / 250:.3f}")
            loss = 0.0
    return net


def bytes_and_scales(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int8 a row, [n, width], and the rows' scales, [n]."""
    scale = np.maximum(np.abs(a).max(1), 1e-9) / 127
    return np.rint(a / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def to_onnx(net: Net, prototypes: np.ndarray) -> onnx.ModelProto:
    """Input ``terms`` int64 [k], closed and unique; output ``s`` [1, diseases], cosines. Weights in one byte a number,
    a scale a row: the same patient always gets the same scores, whoever else is asked for."""
    embedding, embedding_scale = bytes_and_scales(net.patient * net.information[:, None])
    prototype, prototype_scale = bytes_and_scales(prototypes)
    constants = {
        "embedding": embedding,
        "embedding_scale": embedding_scale[:, None],
        "prototype": np.ascontiguousarray(prototype.T),
        "prototype_scale": prototype_scale,
        "axis": np.array([0], np.int64),
        "epsilon": np.array(EPSILON, np.float32),
    }
    nodes = [
        helper.make_node("Gather", ["embedding", "terms"], ["rows8"]),
        helper.make_node("Cast", ["rows8"], ["rows32"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["embedding_scale", "terms"], ["scales"]),
        helper.make_node("Mul", ["rows32", "scales"], ["rows"]),
        helper.make_node("ReduceSum", ["rows", "axis"], ["sum"], keepdims=1),
        helper.make_node("ReduceL2", ["sum"], ["norm"], axes=[1], keepdims=1),
        helper.make_node("Add", ["norm", "epsilon"], ["length"]),
        helper.make_node("Div", ["sum", "length"], ["patient"]),
        # Not DequantizeLinear: the runtime would fuse it with the product and round the patient to bytes as well.
        helper.make_node("Cast", ["prototype"], ["prototype32"], to=TensorProto.FLOAT),
        helper.make_node("MatMul", ["patient", "prototype32"], ["product"]),
        helper.make_node("Mul", ["product", "prototype_scale"], ["s"]),
    ]
    graph = helper.make_graph(
        nodes,
        "orphan_net",
        [helper.make_tensor_value_info("terms", TensorProto.INT64, [None])],
        [helper.make_tensor_value_info("s", TensorProto.FLOAT, [1, len(prototype_scale)])],
        [numpy_helper.from_array(v, k) for k, v in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
