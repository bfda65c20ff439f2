"""Whether the support scores tell made-up patterns from patients, and what the sufficiency score is worth."""

from __future__ import annotations

import numpy as np

from ..simulate import State, cut
from .fit import Served
from .gate import KINDS
from .patients import Patients
from .support import LEAST_PATTERN, OOD_FROM, PATTERN_BANDS

N_MADE_UP = 800
SIZES = (3, 4, 5, 6, 8, 10, 12)
MIXED = 3
BINS = 10


def mixed_up(patients: Patients, n: int, rng: np.random.Generator) -> list[State]:
    """Patterns with the findings of three unrelated patients, an equal share of each."""
    states = []
    for _ in range(n):
        size = int(rng.choice(SIZES))
        three = [patients.states[i] for i in rng.choice(len(patients), MIXED, replace=False)]
        shares = [size // MIXED + (i < size % MIXED) for i in range(MIXED)]
        drawn = [cut(s, share, rng).present if share else [] for s, share in zip(three, shares, strict=True)]
        terms = list(dict.fromkeys(t for present in drawn for t in present))
        states.append(State(terms, [], three[0].age, three[0].sex, ""))
    return states


def at_random(ic: np.ndarray, n: int, rng: np.random.Generator) -> list[State]:
    """Patterns of terms drawn from all that are scored."""
    scored = np.flatnonzero(ic)
    return [
        State(rng.choice(scored, int(rng.choice(SIZES)), replace=False).tolist(), [], 40, "O", "")
        for _ in range(n)
    ]


def support_report(served: Served, patients: Patients, rng: np.random.Generator) -> dict:
    """``patients``: of all kinds, held out."""
    from sklearn.metrics import roc_auc_score

    whole = served.predict(patients)
    pattern = whole.scored >= LEAST_PATTERN
    report: dict = {
        "what": "made-up patterns against held-out patients of all kinds, those with three scored findings or more",
        "flagged_from": OOD_FROM,
        "flagged": {
            name: {"n": int(of.sum()), "share": round(float((whole.ood[of] >= OOD_FROM).mean()), 4)}
            for k, name in enumerate(KINDS)
            if (of := pattern & (patients.kind == k)).any()
        },
        "made_up": {},
    }
    for name, states in {
        "findings of three unrelated patients": mixed_up(patients, N_MADE_UP, rng),
        "terms at random": at_random(served.predictor.ic, N_MADE_UP, rng),
    }.items():
        made_up = served.predictor.predict(states)
        sizes = {}
        for low, high in zip(PATTERN_BANDS, (*PATTERN_BANDS[1:], np.inf), strict=True):
            own = whole.ood[(whole.scored >= low) & (whole.scored < high)]
            other = made_up.ood[(made_up.scored >= low) & (made_up.scored < high)]
            if len(own) and len(other):
                auc = roc_auc_score(np.repeat([0, 1], [len(own), len(other)]), np.concatenate([own, other]))
                flagged = round(float((other >= OOD_FROM).mean()), 4)
                sizes[f"from {low} findings"] = {
                    "n": len(other),
                    "auroc": round(float(auc), 4),
                    "flagged": flagged,
                }
        report["made_up"][name] = sizes
    hit = (whole.true_rank > 0) & (whole.true_rank <= 3)
    report["sufficiency"] = {
        name: reliability(whole.sufficiency[patients.kind == k], hit[patients.kind == k])
        for k, name in enumerate(KINDS)
        if (patients.kind == k).any()
    }
    return report


def reliability(score: np.ndarray, hit: np.ndarray) -> list[dict]:
    """Score against the share of true conditions among the first three, in bins of equal mass."""
    return [
        {
            "n": len(part),
            "score": round(float(score[part].mean()), 4),
            "top3": round(float(hit[part].mean()), 4),
        }
        for part in np.array_split(np.argsort(score, kind="stable"), BINS)
        if len(part)
    ]
