"""The golden requests and what the handlers must reckon for them.

Every branch of the encoding, the merge and the decisions: written ones (``written.json``), the least request of each
red-flag rule, well people, held-out simulated and published patients, patterns put together from several of them. Vital
signs, pregnancy and language are of no account here: what is decided by them stands in ``test/golden``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..cases import case_request, state_request
from ..common.ensemble import Common
from ..orphan.patients import Case
from ..simulate import State, age_band, encode
from ..vocabulary import Vocabulary
from .firing import firing_requests
from .predictor import Predictor, ranked
from .requests import Names, read_state

WRITTEN: dict[str, dict] = json.loads(Path(__file__).with_name("written.json").read_text("utf-8"))
N_ROWS, N_PUBLISHED, N_CUT, N_BROAD, N_WELL, N_MIXED, N_RANDOM = 24, 24, 8, 20, 12, 8, 8
CUT_TO, N_TERMS = 2, 7
MILD, N_MILD = (4, 5), 10  # DDXPlus severities of the least grave conditions, and test rows of each
LANGUAGES = ("es", "en")


def golden_requests(
    common: Common, cases: Sequence[Case], broad: Sequence[State], vocabulary: Vocabulary
) -> list[tuple[str, dict]]:
    """Named requests, all but the written ones in Spanish and English by turns.

    ``broad``: patients of the layer's own conditions.
    """
    rng = np.random.default_rng(common.seed)
    rows = {}
    for i in rng.choice(len(common.ddxplus.test), N_ROWS, replace=False):
        kind = ("initial", "0.3", "few", "full")[i % 4]
        [rows[f"test row {i}"]] = common.held_out([common.ddxplus.test[i]], (kind,))
    severity = np.array([common.ddxplus.severity[row.condition] for row in common.ddxplus.test])
    for i in np.concatenate([rng.permutation(np.flatnonzero(severity == s))[:N_MILD] for s in MILD]):
        [rows[f"mild test row {i}"]] = common.held_out([common.ddxplus.test[i]], ("0.5",), noise=False)
    chosen = rng.permutation(np.flatnonzero([bool(c.present) for c in cases]))
    published = {f"published patient {i}": case_request(cases[i], vocabulary) for i in chosen[:N_PUBLISHED]}
    for i in chosen[N_PUBLISHED : N_PUBLISHED + N_CUT]:
        cut = replace(cases[i], present=cases[i].present[:CUT_TO])
        published[f"first findings of published patient {i}"] = case_request(cut, vocabulary)
    texts = {f"patient {i} of the broad layer": s for i, s in enumerate(broad[:N_BROAD])}
    well = {f"well person {i}": common.simulator.well() for i in range(N_WELL)}
    told = [*rows.values(), *texts.values()]
    terms = [t for t, term in enumerate(vocabulary.terms) if term["kind"] == "phenotype"]
    strange = {f"phenotypes at random {i}": at_random(terms, rng) for i in range(N_RANDOM)}
    mixed = {f"findings of three patients, {i}": mixed_up(told, rng) for i in range(N_MIXED)}
    drawn = {
        n: state_request(s, vocabulary)
        for n, s in (rows | texts | well | mixed | strange).items()
        if s.present
    }
    requests = list(WRITTEN.items())
    for group in (dict(firing_requests(vocabulary)), drawn, published):
        requests += [(n, r | {"lang": LANGUAGES[i % 2]}) for i, (n, r) in enumerate(group.items())]
    return requests


def mixed_up(states: Sequence[State], rng: np.random.Generator) -> State:
    """Two findings of each of three patients, told by the first of them."""
    three = [states[i] for i in rng.choice(len(states), 3, replace=False)]
    present = dict.fromkeys(t for s in three for t in s.present[:2])
    return State(list(present), [], three[0].age, three[0].sex, "")


def at_random(terms: Sequence[int], rng: np.random.Generator) -> State:
    """A pattern that no condition makes."""
    return State(rng.choice(terms, N_TERMS, replace=False).tolist(), [], 40, "O", "")


SHOWN = 10  # of each list
# The other runtime's sums differ in the last digits: a set may gain or lose what lies this near its threshold.
SET_TOLERANCE = 1e-4


def golden_case(predictor: Predictor, names: Names, codes: Sequence[str], name: str, request: dict) -> dict:
    """What the handlers must reckon for one request; ``codes``: of the bundle's conditions, in order."""
    state = read_state(request, names)
    parts = predictor.parts([state])
    gate, p = predictor.merge(parts)
    whole = predictor.predict([state])
    row = encode([state], predictor.vocabulary)[0, : len(predictor.vocabulary.items)]
    listed = [(codes[row], value) for row, value in best(p[:, :-1])]
    scores = np.array([whole.none[0], whole.ood[0], whole.sufficiency[0]])
    sizes = [
        int(predictor.sets.members(p * factor, parts.evidence.findings)[0, :-1].sum())
        for factor in (1 - SET_TOLERANCE, 1, 1 + SET_TOLERANCE)
    ]
    return {
        "name": name,
        "request": request,
        "items": [[int(i), int(row[i])] for i in np.flatnonzero(row)],
        "age_band": age_band(request["age"]),
        "common": rounded(parts.common[0]),
        "lr": best(parts.lr),
        "orphan": best(parts.orphan),
        "broad": best(parts.broad),
        "gate_features": rounded(parts.features[0]),
        "gate": rounded(gate[0]),
        "top": listed,
        **dict(zip(("none", "ood", "sufficiency"), rounded(scores), strict=True)),
        "set": dict(zip(("least", "size", "most"), sizes, strict=True)),
        "well_in_set": bool(whole.well_in_set[0]),
    }


def rounded(values: np.ndarray) -> list[float]:
    """To seven digits after the point: the handlers agree to five."""
    return np.round(np.asarray(values, np.float64), 7).tolist()


def best(values: np.ndarray) -> list[tuple[int, float]]:
    """The greatest of one patient's values with their index (row, or candidate), greatest first."""
    rows = ranked(values, SHOWN)[0]
    return list(zip(rows.tolist(), rounded(values[0, rows]), strict=True))


def write_golden(path: Path, cases: Sequence[dict]) -> None:
    """One case a line."""
    lines = [json.dumps(c, ensure_ascii=False, separators=(",", ":"), allow_nan=False) for c in cases]
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
