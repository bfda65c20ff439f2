"""Gradient boosting and random forest, as ONNX with one output ``p``."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx

Log = Callable[[str], None]

OPSET = {"": 17, "ai.onnx.ml": 3}
BOOSTER = {
    "n_estimators": 40,
    "max_depth": 5,
    "learning_rate": 0.25,
    "min_child_weight": 3,
    "reg_lambda": 2,
    "subsample": 0.8,
    "colsample_bytree": 0.3,
}
FOREST = {"n_estimators": 60, "min_samples_leaf": 4, "max_features": 14, "max_leaf_nodes": 800}


def fit_booster(x: np.ndarray, y: np.ndarray, seed: int, log: Log, **parameters):  # noqa: ANN201
    """XGBoost over all classes; ``parameters`` replace those of ``BOOSTER``."""
    import xgboost

    booster = xgboost.XGBClassifier(
        **{**BOOSTER, **parameters}, tree_method="hist", n_jobs=2, random_state=seed,
        callbacks=[boosting_progress(log)],
    )  # fmt: skip
    return booster.fit(x, y)


def fit_forest(x: np.ndarray, y: np.ndarray, seed: int, **parameters):  # noqa: ANN201
    """Random forest of few leaves; ``parameters`` replace those of ``FOREST``."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(**{**FOREST, **parameters}, n_jobs=2, random_state=seed).fit(x, y)


def boosting_progress(log: Log):  # noqa: ANN201 - xgboost's callback class, imported late
    """Prints every tenth boosting round."""
    import xgboost

    class Progress(xgboost.callback.TrainingCallback):
        def after_iteration(self, model, epoch: int, evals_log) -> bool:  # noqa: ANN001
            if (epoch + 1) % 10 == 0:
                log(f"  XGBoost round {epoch + 1}")
            return False

    return Progress()


def xgboost_onnx(booster, width: int) -> onnx.ModelProto:  # noqa: ANN001
    from onnxmltools.convert import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    # Without a name of ours the converter invents a random one.
    model = convert_xgboost(
        booster, name="xgboost", initial_types=[("x", FloatTensorType([None, width]))], target_opset=15
    )
    return probabilities_only(model)


def forest_onnx(forest, width: int) -> onnx.ModelProto:  # noqa: ANN001
    """Without ZipMap, and without the leaf weights that are zero: most of the file, none of the result."""
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType

    model = to_onnx(
        forest,
        initial_types=[("x", FloatTensorType([None, width]))],
        options={id(forest): {"zipmap": False}},
        target_opset=OPSET,
    )
    for node in model.graph.node:
        if node.op_type != "TreeEnsembleClassifier":
            continue
        attributes = {a.name: a for a in node.attribute}
        keep = np.flatnonzero(np.array(attributes["class_weights"].floats) != 0)
        for name in ("class_ids", "class_nodeids", "class_treeids"):
            values = np.array(attributes[name].ints)[keep]
            del attributes[name].ints[:]
            attributes[name].ints.extend(values.tolist())
        weights = np.array(attributes["class_weights"].floats)[keep]
        del attributes["class_weights"].floats[:]
        attributes["class_weights"].floats.extend(weights.tolist())
    return probabilities_only(model)


def probabilities_only(model: onnx.ModelProto) -> onnx.ModelProto:
    """One output ``p``: labels are read from the manifest, and JavaScript cannot take ZipMap's maps."""
    output = next(o for o in model.graph.output if "prob" in o.name)
    for node in model.graph.node:
        for i, name in enumerate(node.output):
            if name == output.name:
                node.output[i] = "p"
    output.name = "p"
    for other in [o for o in model.graph.output if o.name != "p"]:
        model.graph.output.remove(other)
    return model
