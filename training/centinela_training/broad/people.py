"""Who can have a condition: what its texts rule out by sex or age. Scoring and simulation both ask here.

Sex: every text says that one sex alone has it. Age: ``ages`` in the data are those who have it most often, so they rule
nobody out by themselves; only where the condition's own name says whose it is as well ("Neonatal jaundice",
"Urinary incontinence in children"), and with a margin of years. What begins in a newborn and lasts stays possible.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from .candidate import Candidate

# Conditions without a text of organs or states of one sex, by the scope that MeSH gives their name.
ONE_SEX_BY_NAME = {
    "Habitual Abortion": "F",
    "Premature Menopause": "F",
    "Retained Placenta": "F",
    "Salpingitis": "F",
    "Prostatism": "M",
}
NEWBORN = re.compile(r"\b(neonatal|newborns?|infants?|birth (asphyxia|weight))\b", re.IGNORECASE)
CHILD = re.compile(r"\b(childhood|in children)\b", re.IGNORECASE)
NEWBORN_BELOW, CHILD_BELOW = 12.0, 25.0  # years, a margin of ten and of seven
GROWN = frozenset(("adult", "older adult"))


def only_sex(c: Candidate) -> str | None:
    """``F`` or ``M`` where nobody else can have it; a trained condition is as its patients are."""
    if c.trained:
        return None
    stated = {row.get("sex") for row in c.clinical}
    return stated.pop() if len(stated) == 1 else ONE_SEX_BY_NAME.get(c.en)


def only_below(c: Candidate) -> float | None:
    """Years from which nobody has it."""
    ages = [frozenset(row.get("ages", ())) for row in c.clinical]
    if c.trained or not ages or not all(ages) or any(GROWN & a for a in ages):
        return None
    if NEWBORN.search(c.en) and all(row.get("course") != "chronic" for row in c.clinical):
        return NEWBORN_BELOW
    return CHILD_BELOW if CHILD.search(c.en) else None


class People:
    """Which candidates a patient can have at all."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.sex = [only_sex(c) for c in candidates]
        self.below = [only_below(c) for c in candidates]
        self._of = {sex: np.array([s in (None, sex) for s in self.sex]) for sex in "FM"}
        self._of["O"] = np.ones(len(self.sex), bool)
        self._below = np.array([np.inf if b is None else b for b in self.below])

    def possible(self, sex: str, age: float) -> np.ndarray:
        """Boolean [candidates] for a patient; ``sex`` O excludes nothing, ``age`` in years."""
        return self._of[sex] & (age < self._below)
