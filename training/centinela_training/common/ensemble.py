"""The common part: four members on partial, noisy states, pooled by a meta-learner and calibrated.

Class prior: uniform over the 49 conditions, three quarters of a condition's weight on "no relevant disease".
DDXPlus's own prevalence describes a simulator, not a population, and a uniform prior buries no emergency.
"""

from __future__ import annotations

import copy

import numpy as np
import onnx
import onnxruntime as ort

from ..ddxplus import UNTABLED, Ddxplus, Row
from ..simulate import AGE_BANDS, NO_DISEASE, Simulator, State, age_band, encode
from ..vocabulary import Vocabulary
from . import stacking
from .bands import bands, by_band, tempered
from .naive_bayes import Tables, naive_bayes_onnx
from .net import fit_net, net_onnx
from .trees import Log, fit_booster, fit_forest, forest_onnx, xgboost_onnx

WELL_SHARE = 0.015
KINDS = {"initial": 0.25, "few": 0.30, "part": 0.35, "full": 0.10}
# Share of states worded plainly, all told findings true, nothing denied.
PLAIN_SHARE = 0.3
# Simulated states the members learn from: trees gain little from more of them, the net still does.
TREE_STATES, NET_STATES = 80_000, 240_000
# In this order the meta-learner reads them.
MEMBERS = ("naive_bayes.onnx", "xgboost.onnx", "random_forest.onnx", "neural_net.onnx")
META = "meta.onnx"
# Train rows of a condition kept from the members: half for the blend, half for calibration.
MAX_RESERVED = 40


class Common:
    """Fits and exports members and meta-learner; rows are encoded states, classes the conditions of ``labels``."""

    def __init__(self, ddxplus: Ddxplus, vocabulary: Vocabulary, seed: int, scale: float, log: Log) -> None:
        self.vocabulary, self.log = vocabulary, log
        self.ddxplus, self.blend_rows, self.calibration_rows = reserve(ddxplus)
        self.seed, self.scale = seed, scale
        self.labels = [*ddxplus.conditions, NO_DISEASE]
        self.class_of = {c: i for i, c in enumerate(self.labels)}
        self.urgent = np.array([*(ddxplus.severity[c] <= 2 for c in ddxplus.conditions), False])
        self.simulator = Simulator(self.ddxplus, vocabulary, seed)

    def sample(self, n: int) -> list[State]:
        """``n`` simulated states in the training mixture."""
        states = []
        for i in range(n):
            if self.simulator.rng.random() < WELL_SHARE:
                states.append(self.simulator.well())
            else:
                condition = self.ddxplus.conditions[self.simulator.rng.integers(len(self.ddxplus.conditions))]
                states.append(self.state(self.simulator.patient(condition)))
            if (i + 1) % 20_000 == 0:
                self.log(f"  {i + 1:,} of {n:,} states simulated")
        return states

    def state(self, row: Row, index: int = -1) -> State:
        """A state of the row in the training mixture of kinds and of noise."""
        rng = self.simulator.rng
        kind = list(KINDS)[rng.choice(len(KINDS), p=list(KINDS.values()))]
        return self.simulator.state(row, kind, bool(rng.random() >= PLAIN_SHARE), index)

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
        """Members (input ``x``, output ``p``) and meta-learner as ONNX models by file name."""
        models, tables = self.fit_members()
        return models | {META: self.fit_meta(Ensemble(serialized(models)))}, tables

    def fit_members(self) -> tuple[dict[str, onnx.ModelProto], Tables]:
        tables = self.tables()
        self.log("naive Bayes tables done")
        states = self.sample(int(NET_STATES * self.scale))
        x_all, y_all = self.encode(states), self.targets(states)
        trees = int(TREE_STATES * self.scale)
        x, y = x_all[:trees], y_all[:trees]
        width = x.shape[1]
        models = {"naive_bayes.onnx": naive_bayes_onnx(tables, width)}
        models["xgboost.onnx"] = xgboost_onnx(fit_booster(x, y, self.seed, self.log), width)
        self.log("XGBoost done")
        models["random_forest.onnx"] = forest_onnx(fit_forest(x, y, self.seed), width)
        self.log("random forest done")
        models["neural_net.onnx"] = net_onnx(fit_net(x_all, y_all, self.seed), width)
        self.log("neural net done")
        return models, tables

    def fit_meta(self, ensemble: Ensemble) -> onnx.ModelProto:
        """The meta-learner over the members of ``ensemble``, fitted on the blend."""
        blend = self.blend_states()
        x, y = self.encode(blend), self.targets(blend)
        meta = stacking.fit(ensemble.stacked(x), x, y)
        self.log(f"meta-learner done on {len(y):,} states")
        return stacking.meta_onnx(meta, x.shape[1], len(self.labels))

    def held_out(self, rows: list[Row], kinds: tuple[str, ...], noise: bool = True) -> list[State]:
        return [self.simulator.state(row, kind, noise, i) for i, row in enumerate(rows) for kind in kinds]

    def blend_states(self) -> list[State]:
        """Fresh simulated states, and states of train rows that no member has seen."""
        return self._fresh_and_reserved(self.blend_rows)

    def calibration_states(self) -> list[State]:
        """As the blend, from other rows: for what is fitted on top of the meta-learner."""
        return self._fresh_and_reserved(self.calibration_rows)

    def _fresh_and_reserved(self, rows: list[Row]) -> list[State]:
        fresh = self.sample(int(20_000 * self.scale) + 2_000)
        return [*fresh, *(self.state(row, i) for _ in range(2) for i, row in enumerate(rows))]


def reserve(ddxplus: Ddxplus) -> tuple[Ddxplus, list[Row], list[Row]]:
    """``ddxplus`` without some of its train rows, at most a fifth of a condition's pool, and those rows in two.

    Rows with a label of their own come first: relabelled ones are kept for their margin, and so are the easy ones.
    """
    rest = copy.copy(ddxplus)
    rest.pool, kept = {}, []
    for c in ddxplus.conditions:
        pool = ddxplus.pool[c]
        n = 0 if c == UNTABLED else min(MAX_RESERVED, len(pool) // 5)
        kept.append(pool[:n])
        rest.pool[c] = pool[n:]
    return rest, [r for rows in kept for r in rows[0::2]], [r for rows in kept for r in rows[1::2]]


def serialized(models: dict[str, onnx.ModelProto]) -> dict[str, bytes]:
    return {name: model.SerializeToString(deterministic=True) for name, model in models.items()}


class Ensemble:
    """The exported members run by ONNX Runtime: what is measured and calibrated is what is served.

    ``models``: the files of ``MEMBERS``, and ``META`` where more than the members is asked for.
    """

    def __init__(self, models: dict[str, bytes]) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 2
        self.sessions = {name: ort.InferenceSession(blob, options) for name, blob in models.items()}
        self.temperatures = [{"min_findings": 0, "temperature": 1.0}]

    def members(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Each member's own probabilities, [n, classes] by file name."""
        return {
            name: np.concatenate(
                [self.sessions[name].run(["p"], {"x": x[i : i + 4096]})[0] for i in range(0, len(x), 4096)]
            )
            for name in MEMBERS
        }

    def stacked(self, x: np.ndarray) -> np.ndarray:
        """The members' probabilities as the meta-learner reads them, [n, M, classes]."""
        return np.stack(list(self.members(x).values()), axis=1)

    def mixture(self, x: np.ndarray) -> np.ndarray:
        """The meta-learner's probabilities before the temperatures, [n, classes]."""
        members = self.stacked(x)
        return self.sessions[META].run(["p"], {"members": members, "x": x})[0]

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
            # On one finding never sharpened: items of the history are surer there than the complaints people come with.
            least = 1.0 if low == 0 else 0.3
            fitted = float(minimize_scalar(loss, bounds=(least, 5), method="bounded").x)
            self.temperatures.append({"min_findings": low, "temperature": round(fitted, 6)})
