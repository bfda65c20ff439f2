"""Who can have a condition: what its texts and codes rule out by sex or age. Scoring and simulation both ask here.

Sex: every text says that one sex alone has it. Age: ``ages`` in the data are those who have it most often, so they rule
nobody out by themselves; only where the condition is of an age by definition. Newborns': by name, under a year, since
ages come in years; what begins in a newborn and lasts stays possible. Infants': by name, under two (MeSH: 1 to
23 months). Children's: by name, with a margin of seven years. Pregnancy and its end: by ICD-10 chapter XV (O), or by
name; menstruation and infertility by their ICD-10 blocks: the years of :data:`FERTILE`. Sexual functions and what
follows on the fertile years: from puberty on.
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
NEWBORN = re.compile(
    r"\b(neonatal|newborns?|premature infant|under 3 months|birth (asphyxia|weight))\b", re.IGNORECASE
)
INFANT = re.compile(r"\binfant\b", re.IGNORECASE)
CHILD = re.compile(r"\b(childhood|in children)\b", re.IGNORECASE)
NEWBORN_BELOW, INFANT_BELOW, CHILD_BELOW = 1.0, 2.0, 25.0  # years
# Years. WHO counts women of reproductive age from 15 to 49 and births from 10 on (SDG indicators 3.7.1 and 3.7.2); ours
# is wider, so that it rules out nobody of whom a source speaks: from the 10th to the end of the 55th year.
FERTILE = (10.0, 56.0)
PREGNANCY = re.compile(r"\b(pregnan\w*|postpartum|miscarriage|placenta|habitual abortion)\b", re.IGNORECASE)
# ICD-10: pregnancy, childbirth and the puerperium, mental disorders of the puerperium; absent, excessive and painful
# menstruation, premenstrual tension; female infertility.
OF_FERTILE_YEARS = re.compile(r"(O\d|F53|N91|N92|N94\.[3-6]|N97)")
# ICD-10: menopausal disorders, postmenopausal osteoporosis, early ovarian failure; prostatic hyperplasia, male
# infertility, erectile dysfunction.
OF_GROWN_PEOPLE = re.compile(r"(N95|M81\.0|E28\.3|N40|N46|N52)")
GROWN_NAMES = re.compile(r"\b(premature menopause|sexual dysfunction)\b", re.IGNORECASE)
GROWN = frozenset(("adult", "older adult"))


def only_sex(c: Candidate) -> str | None:
    """``F`` or ``M`` where nobody else can have it; a trained condition is as its patients are."""
    if c.trained:
        return None
    stated = {row.get("sex") for row in c.clinical}
    return stated.pop() if len(stated) == 1 else ONE_SEX_BY_NAME.get(c.en)


def _coded(c: Candidate, codes: re.Pattern) -> bool:
    """Whether all ICD-10 codes of its texts, of which there is one, are such."""
    told = {row["icd10"] for row in c.clinical if row.get("icd10")}
    return bool(told) and all(codes.match(code) for code in told)


def of_fertile_years(c: Candidate) -> bool:
    """Whether it is of pregnancy, its end, menstruation or a woman's infertility."""
    return only_sex(c) == "F" and (_coded(c, OF_FERTILE_YEARS) or bool(PREGNANCY.search(c.en)))


def only_from(c: Candidate) -> float | None:
    """Years under which nobody has it."""
    grown = not c.trained and (_coded(c, OF_GROWN_PEOPLE) or bool(GROWN_NAMES.search(c.en)))
    return FERTILE[0] if grown or of_fertile_years(c) else None


def only_below(c: Candidate) -> float | None:
    """Years from which nobody has it."""
    if of_fertile_years(c):
        return FERTILE[1]
    ages = [frozenset(row.get("ages", ())) for row in c.clinical]
    if c.trained or not ages or not all(ages) or any(GROWN & a for a in ages):
        return None
    if all(row.get("course") != "chronic" for row in c.clinical):
        if NEWBORN.search(c.en):
            return NEWBORN_BELOW
        if INFANT.search(c.en):
            return INFANT_BELOW
    return CHILD_BELOW if CHILD.search(c.en) else None


class People:
    """Which candidates a patient can have at all."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.sex = [only_sex(c) for c in candidates]
        self.since = [only_from(c) for c in candidates]
        self.below = [only_below(c) for c in candidates]
        self._of = {sex: np.array([s in (None, sex) for s in self.sex]) for sex in "FM"}
        self._of["O"] = np.ones(len(self.sex), bool)
        self._since = np.array([s or 0.0 for s in self.since])
        self._below = np.array([np.inf if b is None else b for b in self.below])

    def possible(self, sex: str, age: float) -> np.ndarray:
        """Boolean [candidates] for a patient; ``sex`` O excludes nothing, ``age`` in years."""
        return self._of[sex] & (self._since <= age) & (age < self._below)
