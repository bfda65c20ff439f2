"""What the models learnt from: rows by source, who they are by age and sex, and how long the run took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from ..common.ensemble import NET_STATES, TREE_STATES, Common
from ..ddxplus import Row
from ..orphan.fit import Fitted
from ..orphan.patients import Case
from ..simulate import AGE_BANDS, age_band

UNKNOWN = "unknown"
AGE_NAMES = [f"{low}-{high - 1}" for low, high in pairwise(AGE_BANDS)]
AGE_NAMES.append(f"{AGE_BANDS[-1]}+")


def training_run(
    common: Common, fitted: Fitted, n_text_known: int, in_profiles: bool, scale: float, seconds: float
) -> dict:
    """``reports/training.json``. ``n_text_known``: conditions known from texts alone; ``in_profiles``: whether the
    published patients enter the profiles; ``scale``: share of the full number of simulated patients; ``seconds``: since
    the start of the run."""
    d, evaluation = common.ddxplus, fitted.evaluation
    cases = evaluation.cases
    used = [row for pool in d.pool.values() for row in pool]
    return {
        "what": "What the models learnt from: simulated patients (DDXPlus and ours) and published cases, no hospital's",
        "seconds": round(seconds),
        "scale": scale,
        "conditions": {
            "trained": len(d.conditions),
            "text_known": n_text_known,
            "orphan": len(fitted.served.knowledge.diseases),
        },
        "rows": {
            "ddxplus_labelled": d.n_labelled,
            "ddxplus_relabelled": len(d.relabelled),
            "ddxplus_left_out": d.n_unlabelled - len(d.relabelled),
            "ddxplus_test_rows_for_a_table": len(d.untabled_train),
            "ddxplus_kept_for_blend": len(common.blend_rows),
            "ddxplus_kept_for_calibration": len(common.calibration_rows),
            "ddxplus_drawn_from": len(used),
            "ddxplus_test": len(d.test),
            "simulated_states": int(NET_STATES * scale),
            "simulated_states_of_the_trees": int(TREE_STATES * scale),
            "orphan_annotations": sum(len(x.annotations) for x in fitted.bare.knowledge.diseases),
            "published_patients": len(cases),
            "published_patients_in_profiles": len(cases) if in_profiles else 0,
        },
        "demographics": {
            "ddxplus_rows": demographics((r.age for r in used), (r.sex for r in used)),
            "simulated_patients": drawn_shares([d.pool[c] for c in d.conditions]),
            "published_patients": published(cases),
        },
    }


def demographics(ages: Iterable[float | None], sexes: Iterable[str]) -> dict:
    """Counts by sex (F, M, unknown) and by age band (years; unknown)."""
    age = Counter(UNKNOWN if a is None else AGE_NAMES[age_band(a)] for a in ages)
    sex = Counter(s if s in ("F", "M") else UNKNOWN for s in sexes)
    return {
        "n": sum(age.values()),
        "sex": {name: sex[name] for name in ("F", "M", UNKNOWN)},
        "age": {name: age[name] for name in (*AGE_NAMES, UNKNOWN)},
    }


def published(cases: Sequence[Case]) -> dict:
    return demographics((c.age for c in cases), (c.sex for c in cases))


def drawn_shares(pools: Sequence[Sequence[Row]]) -> dict:
    """Shares among simulated ill patients: every condition alike, every row of its pool alike."""
    age = np.zeros(len(AGE_NAMES))
    women = 0.0
    for pool in pools:
        age += np.bincount([age_band(r.age) for r in pool], minlength=len(AGE_NAMES)) / len(pool)
        women += sum(r.sex == "F" for r in pool) / len(pool)
    share = women / len(pools)
    return {
        "sex": {"F": round(share, 4), "M": round(1 - share, 4)},
        "age": {n: round(float(a), 4) for n, a in zip(AGE_NAMES, age / len(pools), strict=True)},
    }
