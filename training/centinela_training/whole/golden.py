"""The golden requests: every branch of the encoding and of the merge, written out and drawn from held-out rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..cases import case_request, state_request
from ..common.ensemble import Common
from ..orphan.patients import Case
from ..simulate import State, age_band, encode
from ..vocabulary import Vocabulary
from .predictor import SHOWN, Predictor, ranked
from .requests import Names, read_state

REFERENCE = {
    "patient_id": "anon_12345",
    "symptoms": {"fiebre": 8.5, "dolor_pecho": 7.0, "dificultad_respirar": 6.5},
    "age": 45,
    "gender": "M",
}

WRITTEN: dict[str, dict] = {
    "reference request of the specification": REFERENCE,
    "acute coronary picture": {
        "symptoms": {"dolor_pecho": 9, "sudoracion_aumentada": 7, "nauseas": 5, "dolor_pecho_opresivo": 9},
        "medical_history": ["hipertension"],
        "age": 63,
        "gender": "M",
    },
    "mild cold": {
        "symptoms": {"congestion_nasal": 3, "rinorrea": 3, "tos": 2},
        "absent": ["fiebre", "dificultad_respirar"],
        "age": 30,
        "gender": "F",
    },
    "published Marfan patient by HPO terms, PMID 11175294, patient B22": {
        "symptoms": {
            t: 5
            for t in [
                "HP:0000218",
                "HP:0000268",
                "HP:0000768",
                "HP:0001083",
                "HP:0001166",
                "HP:0001519",
                "HP:0001634",
                "HP:0002616",
                "HP:0002650",
                "HP:0011003",
            ]
        },
        "age": 32,
        "gender": "M",
    },
    "English labels and synonyms": {
        "symptoms": {"Chest pain": 6, "shortness of breath": 5, "Fever": 7},
        "age": 45,
        "gender": "M",
        "lang": "en",
    },
    "Spanish labels with accents": {
        "symptoms": {"Dolor torácico": 6, "Dificultad para respirar": 5, "escalofríos": 4},
        "age": 70,
        "gender": "F",
    },
    "a local finding by its id": {"symptoms": {"CEN:mareo": 4, "HP:0012378": 3}, "age": 50, "gender": "F"},
    "lower-case id": {"symptoms": {"hp:0001945": 4, "hp:0012735": 3}, "age": 8, "gender": "M"},
    "one finding": {"symptoms": {"cefalea": 6}, "age": 25, "gender": "O"},
    "two findings": {"symptoms": {"diarrea": 6, "nauseas": 4}, "age": 25, "gender": "O"},
    "intensity 0 is absent": {
        "symptoms": {"tos": 5, "fiebre": 0, "dolor_garganta": 0},
        "age": 40,
        "gender": "F",
    },
    "only absent findings": {"absent": ["fiebre", "tos", "dolor"], "symptoms": {}, "age": 40, "gender": "M"},
    "objects with onset and duration": {
        "symptoms": {"fiebre": {"intensity": 7, "onset": 2, "duration": 2}, "tos": {"intensity": 3}},
        "age": 33,
        "gender": "F",
    },
    "history only": {
        "symptoms": {},
        "medical_history": ["asma", "tabaquismo_actual"],
        "age": 55,
        "gender": "M",
    },
    "negated evidence": {
        "symptoms": {"obstipacion": 5, "vomitos": 5, "dolor_abdomen": 8},
        "age": 71,
        "gender": "F",
    },
    "negated evidence, absent": {
        "symptoms": {"dolor_ingle": 4},
        "absent": ["obstipacion"],
        "age": 52,
        "gender": "M",
    },
    "group of near-duplicate questions": {
        "symptoms": {"fatiga": 5, "perdida_apetito": 5, "perdida_peso": 5, "mareo": 2},
        "age": 66,
        "gender": "M",
    },
    "attribute findings": {
        "symptoms": {"dolor_cabeza": 9, "caracter_dolor_pulsatil": 7, "irradiacion_cara": 3},
        "age": 36,
        "gender": "M",
    },
    "present child, absent parent's other child": {
        "symptoms": {"tos_con_flemas": 5},
        "absent": ["hemoptisis", "sibilancias"],
        "age": 58,
        "gender": "M",
    },
    "parent and child together": {
        "symptoms": {"dolor": 5, "dolor_pecho": 5, "HP:0001626": 5},
        "age": 58,
        "gender": "M",
    },
    "absent parent of a present child": {
        "symptoms": {"dolor_pecho": 5},
        "absent": ["dolor"],
        "age": 44,
        "gender": "F",
    },
    "a phenotype outside the common part": {"symptoms": {"HP:0000316": 5}, "age": 3, "gender": "F"},
    "obsolete HPO id": {"symptoms": {"HP:0001006": 5, "HP:0001250": 5}, "age": 12, "gender": "F"},
    "newborn": {"symptoms": {"HP:0001252": 5, "HP:0001250": 5}, "age": 0, "gender": "M"},
    "age at a band's edge": {"symptoms": {"fiebre": 5, "tos": 5}, "age": 75, "gender": "M"},
    "oldest age": {"symptoms": {"dificultad_respirar": 5, "edema": 5}, "age": 120, "gender": "F"},
    "fraction of a year": {"symptoms": {"tos": 5, "sibilancias": 5}, "age": 0.4, "gender": "M"},
    "stroke signs": {"symptoms": {"paralisis_facial": 8, "habla_arrastrada": 8}, "age": 77, "gender": "F"},
    "anaphylaxis": {
        "symptoms": {"urticaria": 8, "dificultad_respirar": 8, "hinchazon_labios": 6},
        "medical_history": ["contacto_alergeno"],
        "age": 22,
        "gender": "F",
    },
    "meningism with fever": {
        "symptoms": {"fiebre": 9, "rigidez_nuca": 8, "dolor_cabeza": 9},
        "age": 19,
        "gender": "M",
    },
    "thunderclap headache": {"symptoms": {"cefalea_trueno": 10}, "age": 48, "gender": "F"},
}


def golden_requests(
    common: Common, cases: Sequence[Case], broad: Sequence[State], vocabulary: Vocabulary
) -> list[tuple[str, dict]]:
    """Named requests: the written ones, then held-out simulated and published patients; ``broad``: the layer's own."""
    requests = list(WRITTEN.items())
    rng = np.random.default_rng(common.seed)
    for i in rng.choice(len(common.ddxplus.test), 20, replace=False):
        row = common.ddxplus.test[i]
        [state] = common.held_out([row], (("initial", "0.3", "few", "full")[i % 4],))
        requests.append((f"test row {i}: {row.condition}", state_request(state, vocabulary)))
    for i in rng.choice(len(cases), 20, replace=False):
        requests.append((f"published patient {i}", case_request(cases[i], vocabulary)))
    for i, state in enumerate(broad[:15]):
        requests.append(
            (f"patient {i} of the broad layer: {state.condition}", state_request(state, vocabulary))
        )
    return requests


# The other runtime's sums differ in the last digits: a set may gain or lose what lies this near its threshold.
SET_TOLERANCE = 1e-4


def golden_case(predictor: Predictor, names: Names, codes: Sequence[str], name: str, request: dict) -> dict:
    """What the handlers must reckon for one request; ``codes``: of the bundle's conditions, in order."""
    state = read_state(request, names)
    parts = predictor.parts([state])
    gate, p = predictor.merge(parts)
    whole = predictor.predict([state])
    row = encode([state], predictor.vocabulary)[0, : len(predictor.vocabulary.items)]
    listed = sorted(zip(codes, p[0, :-1].tolist(), strict=True), key=lambda item: (-item[1], item[0]))
    sizes = [
        int(predictor.sets.members(p * factor, parts.evidence.findings)[0, :-1].sum())
        for factor in (1 - SET_TOLERANCE, 1, 1 + SET_TOLERANCE)
    ]
    return {
        "name": name,
        "request": request,
        "items": {str(i): int(row[i]) for i in np.flatnonzero(row)},
        "age_band": age_band(request["age"]),
        "common": parts.common[0].tolist(),
        "lr": best(parts.lr, "score"),
        "orphan": best(parts.orphan, "probability"),
        "broad": best(parts.broad, "probability"),
        "gate_features": parts.features[0].tolist(),
        "gate": gate[0].tolist(),
        "top": [{"code": code, "probability": value} for code, value in listed[:SHOWN]],
        "none": float(whole.none[0]),
        "set": dict(zip(("least", "size", "most"), sizes, strict=True)),
        "well_in_set": bool(whole.well_in_set[0]),
        "ood": float(whole.ood[0]),
        "sufficiency": float(whole.sufficiency[0]),
    }


def best(values: np.ndarray, name: str) -> list[dict]:
    """The greatest of one patient's values by index (row, or candidate), greatest first."""
    return [{"row": int(r), name: float(values[0, r])} for r in ranked(values, SHOWN)[0]]
