"""The Shapley values that the handlers are held to equal those of the ``shap`` library on the champion's models."""

from __future__ import annotations

import json
from itertools import permutations

import numpy as np
import pytest
import shap

from centinela_training.common.ensemble import MEMBERS, META, Ensemble
from centinela_training.simulate import State
from centinela_training.vocabulary import read_jsonl_gz
from centinela_training.whole.requests import Names, read_state
from centinela_training.whole.shapley import (
    REFERENCE_AGE,
    coalition_states,
    golden_shapley,
    players,
    shapley,
    worth,
)

REQUESTS = [
    {"symptoms": {"fiebre": 8.5, "dolor_pecho": 7.0, "dificultad_respirar": 6.5}, "age": 45, "gender": "M"},
    {
        "symptoms": {"tos": 5, "dolor_pecho": 5, "dolor": 3},
        "absent": ["fiebre"],
        "medical_history": ["hipertension"],
        "age": 71,
        "gender": "F",
    },
    {"symptoms": {"HP:0000098": 5, "cefalea": 5}, "age": REFERENCE_AGE, "gender": "O"},
]


@pytest.fixture(scope="module")
def served(data):
    """The champion's common part and which of its classes are urgent."""
    bundle = data.parent / "layers/model"
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    ensemble = Ensemble({name: (bundle / name).read_bytes() for name in (*MEMBERS, META)})
    ensemble.temperatures = manifest["common"]["temperatures"]
    return ensemble, np.array(manifest["common"]["urgent"])


@pytest.fixture(scope="module")
def names(vocabulary):
    return Names(vocabulary)


@pytest.mark.parametrize("request_", REQUESTS)
def test_equal_the_shap_librarys_on_the_same_models(served, vocabulary, names, request_):
    ensemble, urgent = served
    state = read_state(request_, names)
    known = players(state, vocabulary)

    told = golden_shapley(ensemble, urgent, vocabulary, state)

    def outputs(masks: np.ndarray) -> np.ndarray:
        p = worth(ensemble, vocabulary, coalition_states(state, known, masks > 0.5))
        return np.stack([p[:, told["class"]], p[:, urgent].sum(1)], axis=1)

    n = len(known)
    explainer = shap.explainers.Exact(outputs, shap.maskers.Independent(np.zeros((1, n))))
    [expected] = explainer(np.ones((1, n))).values
    for i, name in enumerate(("condition", "urgency")):
        effects = list(told[name]["effects"].values())
        assert effects == pytest.approx(expected[:, i].tolist(), abs=1e-6)
        assert sum(effects) == pytest.approx(told[name]["value"] - told[name]["baseline"], abs=1e-6)


def test_are_the_mean_step_over_all_orders():
    values = np.random.default_rng(1).random((2**4, 2))
    steps = np.zeros((4, 2))
    orders = list(permutations(range(4)))
    for order in orders:
        mask = 0
        for player in order:
            steps[player] += values[mask | 1 << player] - values[mask]
            mask |= 1 << player

    np.testing.assert_allclose(shapley(values), steps / len(orders), atol=1e-12)


def test_players_are_what_the_common_part_reads(vocabulary):
    state = State([], [], REFERENCE_AGE, "O", "")
    fever, tall = vocabulary.index["HP:0001945"], vocabulary.index["HP:0000098"]

    assert players(state, vocabulary) == []
    told = State([tall, fever], [], 40, "F", "")
    assert players(told, vocabulary) == [fever, "age", "sex"]


def test_too_many_players_are_left_to_sampling(served, vocabulary):
    ensemble, urgent = served
    read = [i for i, t in enumerate(vocabulary.terms) if "on" in t][:9]

    assert golden_shapley(ensemble, urgent, vocabulary, State(read, [], 40, "F", "")) is None


def test_the_reference_age_is_the_median_of_the_simulated_patients(data):
    ages = [row["age"] for row in read_jsonl_gz(data / "ddxplus/patients.jsonl.gz")]
    assert np.median(ages) == REFERENCE_AGE
