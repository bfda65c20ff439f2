"""The linear softmax over the candidates: its weights, its export."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper
from scipy.optimize import minimize

from ..softmax import softmax

# Their proportions were checked on sources that the profiles had been built without: symptom lists of the Disease
# Ontology, DDXPlus patients, HPO annotations. The optimum is flat.
HAND_SET = np.array([0.9, 0.6, 0.2, 0.25, 0.3, 0.15, 0.1, 0.2, 0.1, 0.35, 0.3, 0.3])
PENALTY = 2.0  # on the squared distance from the weights set by hand; the loss is a mean over patients


def fit_weights(x: np.ndarray, truth: np.ndarray, possible: np.ndarray) -> np.ndarray:
    """Weights, [features], of the softmax over candidates; never negative, held to those set by hand.

    ``x`` float32 [patients, candidates, features]; ``possible`` bool [patients, candidates]: who competes, the truth
    among them. A negative weight would only undo another feature.
    """
    at = np.arange(len(truth))
    of_truth = x[at, truth].astype(np.float64)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = 0.0, np.zeros_like(w)
        for first in range(0, len(truth), 100):
            part = slice(first, first + 100)
            score = np.where(possible[part], x[part] @ w, -np.inf)
            p = softmax(score)
            value -= np.log(np.maximum(p[at[: len(p)], truth[part]], 1e-300)).sum()
            gradient -= (of_truth[part] - np.matmul(p[:, None, :], x[part])[:, 0]).sum(axis=0)
        away = w - HAND_SET
        return value / len(truth) + PENALTY * float(away @ away), gradient / len(truth) + 2 * PENALTY * away

    bounds = [(0.0, None)] * len(HAND_SET)
    return minimize(loss, HAND_SET, jac=True, method="L-BFGS-B", bounds=bounds).x


def to_onnx(weights: np.ndarray) -> bytes:
    """The linear scorer in ONNX: ``f`` float32 [n, features] -> ``s`` float32 [n, 1]."""
    n = len(weights)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["f", "w"], ["s"])],
        "broad",
        [helper.make_tensor_value_info("f", TensorProto.FLOAT, ["n", n])],
        [helper.make_tensor_value_info("s", TensorProto.FLOAT, ["n", 1])],
        [helper.make_tensor("w", TensorProto.FLOAT, [n, 1], weights.astype(np.float32))],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)
