"""A small neural net (one hidden layer), as ONNX with one output ``p``."""

from __future__ import annotations

import warnings

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

NET = {"hidden": 256, "alpha": 5e-3, "learning_rate": 1.5e-3, "epochs": 6}


def fit_net(x: np.ndarray, y: np.ndarray, seed: int, **parameters):  # noqa: ANN201
    """Multilayer perceptron by Adam on log loss; ``parameters`` replace those of ``NET``."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    chosen = {**NET, **parameters}
    net = MLPClassifier(
        (chosen["hidden"],), alpha=chosen["alpha"], learning_rate_init=chosen["learning_rate"],
        max_iter=chosen["epochs"], batch_size=256, random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings():
        # The number of epochs is chosen, not run to convergence: that would overfit the simulator.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return net.fit(x, y)


def net_onnx(net, width: int) -> onnx.ModelProto:  # noqa: ANN001
    """softmax(relu(x·W + b)·V + c)."""
    (w, v), (b, c) = net.coefs_, net.intercepts_
    constants = {name: value.astype(np.float32) for name, value in (("w", w), ("b", b), ("v", v), ("c", c))}
    nodes = [
        helper.make_node("Gemm", ["x", "w", "b"], ["sums"]),
        helper.make_node("Relu", ["sums"], ["hidden"]),
        helper.make_node("Gemm", ["hidden", "v", "c"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["p"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "neural_net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, len(c)])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
