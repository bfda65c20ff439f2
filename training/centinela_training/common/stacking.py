"""The meta-learner: a pool of the members' log probabilities whose weights depend on the evidence.

``p = softmax(sum_m w_m ln(p_m + EPSILON) + v on "no relevant disease")`` with ``w_m = softplus(a_m + b_m·f)``. Weights
need not add to one, so their sum is an inverse temperature that depends on the evidence as well. ``f``: present and
denied items (in twenties), their logarithms, and how far the members agree. A logarithmic opinion pool (Genest and
Zidek, Statistical Science 1986) fitted by log loss as stacking (Wolpert, Neural Networks 1992).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ..softmax import softmax

EPSILON = 1e-5
PENALTY = 1e-3
N_FEATURES = 5


@dataclass
class Meta:
    """``weights`` [N_FEATURES + 1, M] and ``well`` [N_FEATURES + 1]; the last row is the constant."""

    weights: np.ndarray
    well: np.ndarray


def evidence(members: np.ndarray, x: np.ndarray) -> np.ndarray:
    """``f`` with its constant, [n, N_FEATURES + 1], of member probabilities [n, M, classes] and encoded states."""
    counts = x[:, -2:].astype(np.float64)
    agreed = members.astype(np.float64).mean(1).max(1, keepdims=True)
    return np.concatenate([counts, np.log1p(20 * counts), agreed, np.ones((len(x), 1))], axis=1)


def pool(meta: Meta, members: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Pooled probabilities, [n, classes]: what ``meta_onnx`` computes."""
    f = evidence(members, x)
    logits = np.einsum("nm,nmc->nc", softplus(f @ meta.weights), np.log(members.astype(np.float64) + EPSILON))
    logits[:, -1] += f @ meta.well
    return softmax(logits)


def fit(members: np.ndarray, x: np.ndarray, y: np.ndarray) -> Meta:
    """Least log loss on a blend that no member was trained on, with an L2 penalty towards equal weights."""
    from scipy.optimize import minimize

    n, m, _ = members.shape
    f, at = evidence(members, x), np.arange(n)
    logs = np.log(members.astype(np.float64) + EPSILON)
    start = np.zeros((N_FEATURES + 1, m + 1))
    start[-1, :m] = np.log(np.expm1(1 / m))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(start.shape)
        sums = f @ table[:, :m]
        logits = np.einsum("nm,nmc->nc", softplus(sums), logs)
        logits[:, -1] += f @ table[:, m]
        p = softmax(logits)
        distance = table - start
        value = -np.log(p[at, y] + 1e-300).mean() + PENALTY * (distance**2).sum()
        p[at, y] -= 1
        by_weight = np.einsum("nc,nmc->nm", p, logs) / (1 + np.exp(-sums))
        gradient = np.concatenate([f.T @ by_weight, (f.T @ p[:, -1])[:, None]], axis=1) / n
        return value, (gradient + 2 * PENALTY * distance).ravel()

    table = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x.reshape(
        start.shape
    )
    return Meta(table[:, :m], table[:, m])


def meta_onnx(meta: Meta, width: int, classes: int) -> onnx.ModelProto:
    """Inputs ``members`` [n, M, classes] and ``x`` [n, width], output ``p`` [n, classes]."""
    m = meta.weights.shape[1]
    last = np.zeros((1, classes))
    last[0, -1] = 1
    constants = {
        "from": np.array([width - 2], np.int64),
        "to": np.array([width], np.int64),
        "axis_1": np.array([1], np.int64),
        "axis_2": np.array([2], np.int64),
        "twenty": np.array(20, np.float32),
        "one": np.array(1, np.float32),
        "epsilon": np.array(EPSILON, np.float32),
        "weights": meta.weights[:-1].astype(np.float32),
        "bias": meta.weights[-1].astype(np.float32),
        "well": meta.well[:-1, None].astype(np.float32),
        "well_bias": meta.well[-1:].astype(np.float32),
        "last": last.astype(np.float32),
    }
    node = helper.make_node
    nodes = [
        node("Slice", ["x", "from", "to", "axis_1"], ["counts"]),
        node("Mul", ["counts", "twenty"], ["items"]),
        node("Add", ["items", "one"], ["more"]),
        node("Log", ["more"], ["logs"]),
        node("ReduceMean", ["members"], ["mean"], axes=[1], keepdims=0),
        node("ReduceMax", ["mean"], ["agreed"], axes=[1], keepdims=1),
        node("Concat", ["counts", "logs", "agreed"], ["f"], axis=1),
        node("Gemm", ["f", "weights", "bias"], ["sums"]),
        node("Softplus", ["sums"], ["w"]),
        node("Unsqueeze", ["w", "axis_2"], ["w3"]),
        node("Add", ["members", "epsilon"], ["positive"]),
        node("Log", ["positive"], ["log_members"]),
        node("Mul", ["log_members", "w3"], ["weighted"]),
        node("ReduceSum", ["weighted", "axis_1"], ["pooled"], keepdims=0),
        node("Gemm", ["f", "well", "well_bias"], ["well_logit"]),
        node("Mul", ["well_logit", "last"], ["shift"]),
        node("Add", ["pooled", "shift"], ["logits"]),
        node("Softmax", ["logits"], ["p"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "meta",
        [
            helper.make_tensor_value_info("members", TensorProto.FLOAT, [None, m, classes]),
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, width]),
        ],
        [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, classes])],
        [numpy_helper.from_array(v, k) for k, v in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def softplus(z: np.ndarray) -> np.ndarray:
    return np.logaddexp(0, z)
