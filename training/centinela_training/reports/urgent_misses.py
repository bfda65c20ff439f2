"""The worst misses among the truly urgent: simulated patients of held-out rows that the model calls least urgent."""

from __future__ import annotations

from collections import Counter

import numpy as np

from ..vocabulary import Vocabulary
from .scored import Scored

WORST = 50
SHOWN = 5


def why(findings: list[str], top_is_well: bool, informative: int, mass: float) -> str:
    """One plain reason: how little was told, else what the model preferred."""
    if informative == 0 or mass == 0:
        return "no symptom of today that the common part knows"
    if len(findings) == 1:
        return "one finding only"
    if top_is_well:
        return "called well"
    if informative <= 3:
        return "two or three findings"
    return "a milder condition preferred"


def worst(scored: dict[str, Scored], labels: list[str], vocabulary: Vocabulary) -> list[dict]:
    """The ``WORST`` urgent states not flagged, lowest share of the threshold first, one for each row and kind.

    ``scored``: name of the kind of states -> states, every one simulated from a held-out row.
    """
    misses = []
    for kind, s in scored.items():
        ratio = s.mass / s.threshold
        seen: set[int] = set()
        missed = np.flatnonzero(s.urgent & ~s.flagged)
        for i in missed[np.argsort(ratio[missed], kind="stable")][: 4 * WORST * len(scored)]:
            if int(s.rows[i]) not in seen:
                seen.add(int(s.rows[i]))
                misses.append((float(ratio[i]), kind, int(i)))
    misses.sort()
    return [miss(scored[kind], i, kind, labels, vocabulary) for _, kind, i in misses[:WORST]]


def miss(s: Scored, i: int, kind: str, labels: list[str], vocabulary: Vocabulary) -> dict:
    """One missed state, with what was told and what was said."""
    state = s.states[i]
    order = np.argsort(-s.p[i], kind="stable")[:SHOWN]
    slug = lambda t: vocabulary.terms[t].get("slug", vocabulary.ids[t])  # noqa: E731
    present = [slug(t) for t in state.present]
    [group] = [name for name, which in s.groups()["age"].items() if which[i]]
    return {
        "states": kind,
        "source_row": state.row,
        "condition": labels[s.y[i]],
        "age_group": group,
        "sex": state.sex,
        "present": present,
        "present_en": [vocabulary.terms[t]["en"] for t in state.present],
        "absent": [slug(t) for t in state.absent],
        "urgent_mass": round(float(s.mass[i]), 5),
        "threshold": round(float(s.threshold[i]), 5),
        "share_of_threshold": round(float(s.mass[i] / s.threshold[i]), 4),
        "predicted": [{"condition": labels[c], "probability": round(float(s.p[i, c]), 4)} for c in order],
        "rank_of_truth": int((s.p[i] > s.p[i, s.y[i]]).sum() + 1),
        "why": why(present, labels[order[0]] == labels[-1], int(s.findings[i]), float(s.mass[i])),
    }


def summary(rows: list[dict], n_missed: int, n_urgent: int) -> str:
    """A few sentences of English made from the counts."""
    if not rows:
        return f"None of {n_urgent:,} truly urgent simulated states was missed."

    def most(key: str) -> str:
        counts = Counter(r[key] for r in rows).most_common(3)
        return ", ".join(f"{name} ({n})" for name, n in counts)

    findings = Counter(f for r in rows for f in r["present_en"]).most_common(3)
    instead = Counter(r["predicted"][0]["condition"] for r in rows).most_common(3)
    return (
        f"{n_missed:,} of {n_urgent:,} truly urgent states of held-out rows (simulated patients, all kinds of states) "
        f"are not called urgent by the model alone; the {len(rows)} worst are listed, one for each source row and kind "
        f"of states. Conditions missed most: {most('condition')}. Ranked first instead: "
        f"{', '.join(f'{c} ({n})' for c, n in instead)}. Findings told most: "
        f"{', '.join(f'{f} ({n})' for f, n in findings)}. Why: {most('why')}. By age: {most('age_group')}. "
        "Red-flag rules, which run on top in the product, are not counted here."
    )


def urgent_misses(scored: dict[str, Scored], labels: list[str], vocabulary: Vocabulary) -> dict:
    """``reports/urgent_misses.json``."""
    rows = worst(scored, labels, vocabulary)
    missed = sum(int((s.urgent & ~s.flagged).sum()) for s in scored.values())
    urgent = sum(int(s.urgent.sum()) for s in scored.values())
    count = lambda values: dict(Counter(values).most_common())  # noqa: E731
    return {
        "data": "simulated patients (DDXPlus), states of held-out rows; no real person",
        "summary": summary(rows, missed, urgent),
        "n_urgent": urgent,
        "n_missed": missed,
        "by_condition": count(r["condition"] for r in rows),
        "by_why": count(r["why"] for r in rows),
        "by_age_group": count(r["age_group"] for r in rows),
        "by_sex": count(r["sex"] for r in rows),
        "by_states": count(r["states"] for r in rows),
        "by_finding": count(f for r in rows for f in r["present"]),
        "misses": rows,
    }
