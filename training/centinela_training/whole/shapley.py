"""Shapley values of the served common part by brute force: what ``core/explanation-common.ts`` is held to.

Players are what a request tells: each finding, present or absent, age and sex. Left out, a finding is unknown, the sex
untold, the age :data:`REFERENCE_AGE`, for the members take no unknown age. Worth of a coalition: P(class | common) as
served, with the temperature of the coalition's evidence (Shapley 1953; Lundberg and Lee, NeurIPS 2017).
"""

from __future__ import annotations

from dataclasses import replace
from math import factorial

import numpy as np

from ..common.bands import informative
from ..simulate import State, encode
from ..vocabulary import Vocabulary
from .predictor import CommonPart

# Median age in years of the shipped DDXPlus patients.
REFERENCE_AGE = 37
MOST_PLAYERS = 10
UNTOLD = "O"


def players(state: State, vocabulary: Vocabulary) -> list[int | str]:
    """Terms, ``"age"`` and ``"sex"`` that the common part reads; the others have the value 0."""
    terms = vocabulary.terms
    read = [t for t in state.present if "on" in terms[t]] + [t for t in state.absent if "off" in terms[t]]
    age = ["age"] if state.age != REFERENCE_AGE else []
    return [*sorted(read), *age, *(["sex"] if state.sex != UNTOLD else [])]


def coalition_states(state: State, known: list[int | str], masks: np.ndarray) -> list[State]:
    """The state with some players known; ``masks`` [n, players] bool."""
    states = []
    for mask in masks:
        told = {player for player, is_in in zip(known, mask, strict=True) if is_in}
        states.append(
            replace(
                state,
                present=[t for t in state.present if t in told],
                absent=[t for t in state.absent if t in told],
                age=state.age if "age" in told else REFERENCE_AGE,
                sex=state.sex if "sex" in told else UNTOLD,
            )
        )
    return states


def worth(common: CommonPart, vocabulary: Vocabulary, states: list[State]) -> np.ndarray:
    """P(class | common), [n, classes]."""
    return common.predict(encode(states, vocabulary), informative(states, vocabulary))


def shapley(values: np.ndarray) -> np.ndarray:
    """[players, outputs] of every coalition's worth, [2 ** players, outputs]; bit i says whether player i is in."""
    n = len(values).bit_length() - 1
    masks = np.arange(len(values))
    sizes = np.array([m.bit_count() for m in masks.tolist()])
    share = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    effects = np.zeros((n, values.shape[1]))
    for player in range(n):
        without = masks[masks >> player & 1 == 0]
        effects[player] = share[sizes[without]] @ (values[without | 1 << player] - values[without])
    return effects


def golden_shapley(
    common: CommonPart, urgent: np.ndarray, vocabulary: Vocabulary, state: State
) -> dict | None:
    """Values of the likeliest condition and of the urgent ones together; None where there are too many players."""
    known = players(state, vocabulary)
    if len(known) > MOST_PLAYERS:
        return None
    masks = np.arange(2 ** len(known))[:, None] >> np.arange(len(known)) & 1 == 1
    p = worth(common, vocabulary, coalition_states(state, known, masks))
    best = int(p[-1, :-1].argmax())
    outputs = np.stack([p[:, best], p[:, urgent].sum(1)], axis=1)
    effects = shapley(outputs)
    names = [k if isinstance(k, str) else vocabulary.ids[k] for k in known]
    told = [
        {
            "baseline": float(outputs[0, i]),
            "value": float(outputs[-1, i]),
            "effects": dict(zip(names, effects[:, i].round(7).tolist(), strict=True)),
        }
        for i in range(2)
    ]
    return {"class": best, "condition": told[0], "urgency": told[1]}
