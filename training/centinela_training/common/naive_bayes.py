"""Naive Bayes over the items: tables counted on simulated patients, one linear layer as ONNX."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


@dataclass
class Tables:
    """Naive Bayes tables: ``present[c, item]``, ``age[c, band]``, ``sex[c, F|M]``, ``prior[c]``."""

    present: np.ndarray
    age: np.ndarray
    sex: np.ndarray
    prior: np.ndarray


def naive_bayes_onnx(t: Tables, width: int) -> onnx.ModelProto:
    """Softmax of prior + present·ln P + absent·ln(1-P) + age + sex as one linear layer over [x+, x-, band, sex]."""
    items, bands = t.present.shape[1], t.age.shape[1]
    weights = np.concatenate(
        [np.log(t.present).T, np.log1p(-t.present).T, np.log(t.age).T, np.log(t.sex).T]
    ).astype(np.float32)
    constants = {
        "weights": weights,
        "bias": np.log(t.prior).astype(np.float32),
        "zero": np.array([0], np.int64),
        "items": np.array([items], np.int64),
        "end": np.array([items + bands + 2], np.int64),
        "axis": np.array([1], np.int64),
    }
    nodes = [
        helper.make_node("Slice", ["x", "zero", "items", "axis"], ["ternary"]),
        helper.make_node("Slice", ["x", "items", "end", "axis"], ["person"]),
        helper.make_node("Relu", ["ternary"], ["present"]),
        helper.make_node("Neg", ["ternary"], ["negated"]),
        helper.make_node("Relu", ["negated"], ["absent"]),
        helper.make_node("Concat", ["present", "absent", "person"], ["indicators"], axis=1),
        helper.make_node("Gemm", ["indicators", "weights", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["p"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "naive_bayes",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, len(t.prior)])],
        [numpy_helper.from_array(v, k) for k, v in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
