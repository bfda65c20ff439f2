"""Made-up scored states for the tests of the reports."""

from __future__ import annotations

import numpy as np

from centinela_training.reports import Scored
from centinela_training.simulate import State


def made(
    y: np.ndarray,
    p: np.ndarray,
    flagged: np.ndarray,
    urgent: np.ndarray,
    rows: np.ndarray | None = None,
    sex: np.ndarray | None = None,
    age: np.ndarray | None = None,
    present: list[list[int]] | None = None,
    complains: np.ndarray | None = None,
) -> Scored:
    """Scored states; all women of 40 with one complaint, each of a row of its own, where nothing is said."""
    n = len(y)
    rows = np.arange(n) if rows is None else rows
    sex = np.full(n, "F") if sex is None else sex
    age = np.full(n, 40) if age is None else age
    present = [[0]] * n if present is None else present
    states = [
        State(list(found), [], float(a), str(s), "", int(r))
        for found, a, s, r in zip(present, age, sex, rows, strict=True)
    ]
    return Scored(
        states=states,
        y=y,
        p=p,
        urgent=urgent,
        mass=np.where(flagged, 0.9, 0.01),
        threshold=np.full(n, 0.1),
        covered=p.argmax(1) == y,
        set_size=np.ones(n),
        findings=np.array([len(found) for found in present]),
        complains=np.ones(n, bool) if complains is None else complains,
    )
