"""Search of the members' hyperparameters with Optuna: ``python -m centinela_training.common.search --trials 20``.

Members are trained on a share of the simulated states and judged stacked: the meta-learner is fitted on the blend, its
log loss taken on the calibration states; test rows are never read. Every trial is kept in the storage, a further run
goes on from there. What was found is written down, and adopted by hand in ``trees.py`` and ``net.py``.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..ddxplus import Ddxplus
from ..experiment import experiment_parser
from ..vocabulary import Vocabulary
from . import stacking
from .ensemble import Common, Ensemble, serialized
from .naive_bayes import naive_bayes_onnx
from .net import NET, fit_net, net_onnx
from .trees import BOOSTER, FOREST, fit_booster, fit_forest, forest_onnx, xgboost_onnx

STUDY = "common"
STATES = 12_000
# As served: the first trial of a new study, and what the report shows beside the best.
SERVED = {
    **{f"booster_{k}": v for k, v in BOOSTER.items() if k not in ("reg_lambda", "subsample")},
    **{f"forest_{k}": v for k, v in FOREST.items()},
    **{f"net_{k}": v for k, v in NET.items()},
}


class Objective:
    """Log loss of the stacked members on the calibration states, for one choice of hyperparameters."""

    def __init__(self, common: Common, states: int) -> None:
        self.common = common
        sample = common.sample(states)
        self.x, self.y = common.encode(sample), common.targets(sample)
        self.naive_bayes = naive_bayes_onnx(common.tables(), self.x.shape[1])
        blend, judged = common.blend_states(), common.calibration_states()
        self.blend = common.encode(blend), common.targets(blend)
        self.judged = common.encode(judged), common.targets(judged)

    def __call__(self, trial) -> float:  # noqa: ANN001
        import optuna

        start = time.monotonic()
        quiet = lambda _: None  # noqa: E731
        x, y, seed, width = self.x, self.y, self.common.seed, self.x.shape[1]
        booster = fit_booster(
            x, y, seed, quiet,
            n_estimators=trial.suggest_int("booster_n_estimators", 20, 60),
            max_depth=trial.suggest_int("booster_max_depth", 3, 7),
            learning_rate=trial.suggest_float("booster_learning_rate", 0.1, 0.5, log=True),
            min_child_weight=trial.suggest_int("booster_min_child_weight", 1, 8),
            colsample_bytree=trial.suggest_float("booster_colsample_bytree", 0.1, 0.5),
        )  # fmt: skip
        forest = fit_forest(
            x, y, seed,
            n_estimators=trial.suggest_int("forest_n_estimators", 30, 80),
            min_samples_leaf=trial.suggest_int("forest_min_samples_leaf", 1, 10),
            max_features=trial.suggest_int("forest_max_features", 10, 60),
            max_leaf_nodes=trial.suggest_int("forest_max_leaf_nodes", 300, 1200),
        )  # fmt: skip
        net = fit_net(
            x, y, seed,
            hidden=trial.suggest_int("net_hidden", 64, 256, step=64),
            alpha=trial.suggest_float("net_alpha", 1e-5, 1e-1, log=True),
            learning_rate=trial.suggest_float("net_learning_rate", 3e-4, 3e-3, log=True),
            epochs=trial.suggest_int("net_epochs", 5, 25),
        )  # fmt: skip
        blobs = serialized(
            {
                "naive_bayes.onnx": self.naive_bayes,
                "xgboost.onnx": xgboost_onnx(booster, width),
                "random_forest.onnx": forest_onnx(forest, width),
                "neural_net.onnx": net_onnx(net, width),
            }
        )
        ensemble = Ensemble(blobs)
        meta = stacking.fit(ensemble.stacked(self.blend[0]), *self.blend)
        x, y = self.judged
        losses = {name: log_loss(p, y) for name, p in ensemble.members(x).items()}
        trial.set_user_attr("states", len(self.y))
        trial.set_user_attr("seconds", round(time.monotonic() - start, 1))
        trial.set_user_attr("bytes", sum(len(blob) for blob in blobs.values()))
        trial.set_user_attr("member_log_loss", losses)
        loss = log_loss(stacking.pool(meta, ensemble.stacked(x), x), y)
        optuna.logging.get_logger(__name__).info("trial %d: %.4f", trial.number, loss)
        return loss


def log_loss(p: np.ndarray, y: np.ndarray) -> float:
    return float(-np.log(p[np.arange(len(y)), y].astype(np.float64) + 1e-12).mean())


def plot(path: Path, study) -> None:  # noqa: ANN001
    """PNG: log loss by trial with the best so far, and which hyperparameters mattered."""
    import matplotlib
    import optuna

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    values = [t.value for t in study.trials if t.value is not None]
    figure, (history, importance) = plt.subplots(1, 2, figsize=(12, 5))
    history.plot(values, "o", label="trial")
    history.plot(np.minimum.accumulate(values), label="best so far")
    history.set(xlabel="trial", ylabel="log loss of the stacked members", title="History")
    history.xaxis.get_major_locator().set_params(integer=True)
    history.legend()
    shares = optuna.importance.get_param_importances(
        study, evaluator=optuna.importance.PedAnovaImportanceEvaluator()
    )
    names = list(shares)[::-1]
    importance.barh(names, [shares[n] for n in names])
    importance.set(title="Importance of the hyperparameters (PED-ANOVA)", xlabel="share")
    figure.suptitle("Optuna search on simulated patients (DDXPlus), reduced number of states")
    figure.tight_layout()
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)


def search(objective: Callable, reports: Path, trials: int, seed: int) -> dict:
    """Runs ``trials`` more trials of the kept study; writes ``search.json`` and ``search.png`` into ``reports``."""
    import optuna
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(logging.INFO)
    (reports / "search").mkdir(parents=True, exist_ok=True)
    storage = optuna.storages.JournalStorage(JournalFileBackend(str(reports / "search/optuna.journal")))
    kept = STUDY in optuna.study.get_all_study_names(storage)
    study = optuna.create_study(
        study_name=STUDY, storage=storage, load_if_exists=True, direction="minimize",
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=6),
    )  # fmt: skip
    if not kept:
        study.enqueue_trial(SERVED)
    study.optimize(objective, n_trials=trials)
    done = [t for t in study.trials if t.value is not None]
    result = {
        "judged_by": "log loss of the stacked members on calibration states (simulated patients and train rows)",
        "note": "Reduced number of states: what is best here is a hint for the full number, not its optimum",
        "trials": len(done),
        "first": {"log_loss": round(done[0].value, 5), "parameters": done[0].params},
        "best": {"trial": study.best_trial.number, "log_loss": round(study.best_value, 5)}
        | {"parameters": study.best_params, **study.best_trial.user_attrs},
        "served": SERVED,
        "adopted": "fewer features a split in the forest, a stronger penalty with larger steps in the net: the better "
        "trials share them; deeper and more trees cost minutes at the full number for a gain in the third decimal",
        "all": [{"log_loss": round(t.value, 5), **t.params, **t.user_attrs} for t in done],
    }
    (reports / "search.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    if len(done) > 1:
        plot(reports / "search.png", study)
    return result


def main() -> None:
    parser = experiment_parser(__doc__)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument(
        "--states", type=int, default=STATES, help="simulated states each member is trained on"
    )
    parser.add_argument("--seed", type=int, default=20261121)
    options = parser.parse_args()
    scale = options.states / 100_000
    common = Common(Ddxplus(options.data), Vocabulary(options.data), options.seed, scale, log=lambda _: None)
    result = search(Objective(common, options.states), options.output_dir, options.trials, options.seed)
    print(f"best of {result['trials']}: {result['best']}")


if __name__ == "__main__":
    main()
