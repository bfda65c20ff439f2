"""The common part: naive Bayes, XGBoost and random forest on partial, noisy states, averaged and calibrated.

Class prior: uniform over the 49 conditions, a condition's weight on "no relevant disease". DDXPlus's own
prevalence describes a simulator, not a population, and a uniform prior buries no emergency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from ..ddxplus import Ddxplus, Row
from ..simulate import AGE_BANDS, NO_DISEASE, Simulator, State, age_band, encode
from ..vocabulary import Vocabulary

WELL_SHARE = 0.02
KINDS = {"initial": 0.15, "few": 0.35, "part": 0.30, "full": 0.10}
WEIGHTS = {"naive_bayes.onnx": 0.25, "xgboost.onnx": 0.5, "random_forest.onnx": 0.25}
OPSET = {"": 17, "ai.onnx.ml": 3}
URGENT_RECALL = 0.985
URGENT_CAP = 0.2  # one chance in five of an urgent condition is always flagged
FINDING_BANDS = (0, 2, 3, 6)

Log = Callable[[str], None]


@dataclass
class Tables:
    """Naive Bayes tables: ``present[c, item]``, ``age[c, band]``, ``sex[c, F|M]``, ``prior[c]``."""

    present: np.ndarray
    age: np.ndarray
    sex: np.ndarray
    prior: np.ndarray


class Common:
    """Fits and exports the three members; rows are encoded states, classes the conditions of ``labels``."""

    def __init__(self, ddxplus: Ddxplus, vocabulary: Vocabulary, seed: int, scale: float, log: Log) -> None:
        self.ddxplus, self.vocabulary, self.log = ddxplus, vocabulary, log
        self.seed, self.scale = seed, scale
        self.labels = [*ddxplus.conditions, NO_DISEASE]
        self.class_of = {c: i for i, c in enumerate(self.labels)}
        self.urgent = np.array([*(ddxplus.severity[c] <= 2 for c in ddxplus.conditions), False])
        self.simulator = Simulator(ddxplus, vocabulary, seed)

    def sample(self, n: int) -> list[State]:
        """``n`` simulated states in the training mixture."""
        sim, rng = self.simulator, self.simulator.rng
        kinds, weights = list(KINDS), np.array(list(KINDS.values()))
        states = []
        for i in range(n):
            if rng.random() < WELL_SHARE:
                states.append(sim.well())
            else:
                condition = self.ddxplus.conditions[rng.integers(len(self.ddxplus.conditions))]
                kind = kinds[rng.choice(len(kinds), p=weights / weights.sum())]
                states.append(sim.state(sim.patient(condition), kind))
            if (i + 1) % 20_000 == 0:
                self.log(f"  {i + 1:,} of {n:,} states simulated")
        return states

    def encode(self, states: list[State]) -> np.ndarray:
        return encode(states, self.vocabulary)

    def targets(self, states: list[State]) -> np.ndarray:
        return np.array([self.class_of[s.condition] for s in states])

    def tables(self) -> Tables:
        """Frequencies of the items in fully told simulated patients, with half a pseudo-count."""
        items, sim = len(self.vocabulary.items), self.simulator
        n = max(150, int(1500 * self.scale))
        present = np.empty((len(self.labels), items))
        age = np.ones((len(self.labels), len(AGE_BANDS)))
        sex = np.ones((len(self.labels), 2))
        for i, condition in enumerate(self.labels):
            if condition == NO_DISEASE:
                states = [sim.well() for _ in range(n)]
            else:
                states = [sim.state(sim.patient(condition), "full", noise=False) for _ in range(n)]
            on = self.encode(states)[:, :items] > 0
            present[i] = (on.sum(0) + 0.5) / (n + 1)
            for row in self.ddxplus.pool.get(condition, states):
                age[i, age_band(row.age)] += 1
                sex[i, "FM".index(row.sex)] += 1
        prior = np.full(len(self.labels), (1 - WELL_SHARE) / len(self.ddxplus.conditions))
        prior[-1] = WELL_SHARE
        return Tables(present, age / age.sum(1, keepdims=True), sex / sex.sum(1, keepdims=True), prior)

    def fit(self) -> tuple[dict[str, onnx.ModelProto], Tables]:
        """Trains the members and returns them as ONNX models with input ``x`` and output ``p``."""
        import xgboost
        from sklearn.ensemble import RandomForestClassifier

        tables = self.tables()
        self.log("naive Bayes tables done")
        states = self.sample(int(100_000 * self.scale))
        x, y = self.encode(states), self.targets(states)
        booster = xgboost.XGBClassifier(
            n_estimators=40, max_depth=6, learning_rate=0.25, min_child_weight=3, reg_lambda=2, subsample=0.8,
            colsample_bytree=0.3, tree_method="hist", n_jobs=2, random_state=self.seed,
            callbacks=[boosting_progress(self.log)],
        )  # fmt: skip
        booster.fit(x, y)
        self.log("XGBoost done")
        forest = RandomForestClassifier(
            n_estimators=60, min_samples_leaf=5, max_features=40, max_leaf_nodes=800, n_jobs=2,
            random_state=self.seed,
        )  # fmt: skip
        forest.fit(x, y)
        self.log("random forest done")
        width = x.shape[1]
        models = {
            "naive_bayes.onnx": naive_bayes_onnx(tables, width),
            "xgboost.onnx": xgboost_onnx(booster, width),
            "random_forest.onnx": forest_onnx(forest, width),
        }
        return models, tables

    def held_out(self, rows: list[Row], kinds: tuple[str, ...], noise: bool = True) -> list[State]:
        return [self.simulator.state(row, kind, noise, i) for i, row in enumerate(rows) for kind in kinds]

    def calibration_states(self) -> list[State]:
        """Fresh simulated states, and states of relabelled train rows thinned to at most 60 a condition."""
        states = self.sample(int(20_000 * self.scale) + 2_000)
        seen: dict[str, int] = {}
        rows = []
        for row in self.ddxplus.relabelled:
            seen[row.condition] = seen.get(row.condition, 0) + 1
            if seen[row.condition] <= 60:
                rows.append(row)
        return states + self.held_out(rows, ("initial", "few", "part"))


def boosting_progress(log: Log):  # noqa: ANN201 - xgboost's callback class, imported late
    """Prints every tenth boosting round."""
    import xgboost

    class Progress(xgboost.callback.TrainingCallback):
        def after_iteration(self, model, epoch: int, evals_log) -> bool:  # noqa: ANN001
            if (epoch + 1) % 10 == 0:
                log(f"  XGBoost round {epoch + 1}")
            return False

    return Progress()


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


class Ensemble:
    """The exported members run by ONNX Runtime: what is measured and calibrated is what is served."""

    def __init__(self, models: dict[str, bytes]) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 2
        self.sessions = {name: ort.InferenceSession(blob, options) for name, blob in models.items()}
        self.temperatures = [{"min_findings": 0, "temperature": 1.0}]

    def members(self, x: np.ndarray) -> dict[str, np.ndarray]:
        return {
            name: np.concatenate([s.run(["p"], {"x": x[i : i + 4096]})[0] for i in range(0, len(x), 4096)])
            for name, s in self.sessions.items()
        }

    def mixture(self, x: np.ndarray) -> np.ndarray:
        return sum(WEIGHTS[name] * p for name, p in self.members(x).items())

    def predict(self, x: np.ndarray, findings: np.ndarray) -> np.ndarray:
        """Calibrated probabilities, [n, classes]; ``findings`` [n] counts the present findings that say something."""
        return tempered(self.mixture(x), by_band(self.temperatures, "temperature", findings)[:, None])

    def calibrate(self, x: np.ndarray, y: np.ndarray, findings: np.ndarray) -> None:
        """Fits, for each band of evidence, the temperature of least log loss (Guo et al., ICML 2017)."""
        from scipy.optimize import minimize_scalar

        q = self.mixture(x)
        self.temperatures = []
        for low, chosen in bands(findings):
            own, classes = q[chosen], y[chosen]
            loss = lambda t: -np.log(tempered(own, t)[np.arange(len(classes)), classes] + 1e-12).mean()  # noqa: B023, E731
            fitted = float(minimize_scalar(loss, bounds=(0.3, 5), method="bounded").x)
            self.temperatures.append({"min_findings": low, "temperature": round(fitted, 6)})


def bands(findings: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each band of evidence: its least number of findings, and which states are in it."""
    for low, high in zip(FINDING_BANDS, (*FINDING_BANDS[1:], np.inf), strict=True):
        yield low, (findings >= low) & (findings < high)


def by_band(table: list[dict], key: str, findings: np.ndarray) -> np.ndarray:
    """The value of each state's band, [n]; ``table`` ascends by ``min_findings`` from 0."""
    lows = [row["min_findings"] for row in table]
    values = np.array([row[key] for row in table])
    return values[np.searchsorted(lows, findings, side="right") - 1]


def informative(states: list[State], vocabulary: Vocabulary) -> np.ndarray:
    """How many present findings of each state mean something to the common part, [n]."""
    return np.array([sum("on" in vocabulary.terms[t] for t in s.present) for s in states])


# Kinds of findings that are no complaint of today: on them alone nobody is called urgent.
BACKGROUND_KINDS = {"history", "exposure", "risk", "medication", "demographic", "family_history"}


def has_complaint(states: list[State], vocabulary: Vocabulary) -> np.ndarray:
    """Whether a present symptom or sign of each state means something to the common part, [n]."""
    terms = vocabulary.terms
    return np.array(
        [
            any("on" in terms[t] and terms[t]["kind"] not in BACKGROUND_KINDS for t in s.present)
            for s in states
        ]
    )


def tempered(q: np.ndarray, temperature: float | np.ndarray) -> np.ndarray:
    """softmax(ln(q + 1e-12) / T) over the last axis."""
    logits = np.log(q.astype(np.float64) + 1e-12) / temperature
    logits -= logits.max(axis=-1, keepdims=True)
    e = np.exp(logits)
    return e / e.sum(axis=-1, keepdims=True)


def urgent_thresholds(p_urgent: np.ndarray, urgent: np.ndarray, findings: np.ndarray) -> list[dict]:
    """Per band of evidence, the greatest threshold up to ``URGENT_CAP`` that keeps ``URGENT_RECALL``.

    States of mass 0 (no complaint at all) are left to the rules: no threshold could reach them.
    """
    result = []
    for low, chosen in bands(findings):
        mass = p_urgent[chosen & urgent & (p_urgent > 0)]
        threshold = float(np.quantile(mass, 1 - URGENT_RECALL, method="lower"))
        result.append({"min_findings": low, "threshold": round(min(threshold, URGENT_CAP), 6)})
    return result
