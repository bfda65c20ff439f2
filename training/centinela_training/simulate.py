"""Simulated patients ("pacientes simulados") of the common part and the partial, noisy states a doctor would type.

A state is a set of findings of the vocabulary, encoded exactly as a request is: a wording can never tell the
model more than a doctor's word would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .ddxplus import GROUPED, GROUPS, Ddxplus, Row, root
from .vocabulary import Vocabulary
from .wording import Wording

NO_DISEASE = "no_relevant_disease"
# Share of noisy states with a finding that the patient does not have.
WRONG_SHARE = 0.15
# Share of states in which findings were asked for and denied, and of those in which a true finding is among them.
DENYING_SHARE = 0.5
DENIED_TRUE_SHARE = 0.1
NEVER_BENIGN = {"fiebre", "tos_con_flemas"}
# How often a well person has no, one or two findings beside the first.
MORE_WHEN_WELL = (0.6, 0.3, 0.1)
LEAST_AGE_WELL = 15
# Share of noisy states in which the sex is not told.
UNTOLD_SEX = 0.05
AGE_BANDS = (0, 5, 15, 30, 45, 60, 75)


@dataclass
class State:
    """What is known of a patient: term indices present and absent, age in years, sex, true condition.

    ``row``: the source row, where there is one. ``chief``: the present term that troubles most (-1: not told).
    ``history``: those of ``present`` that are known from the medical history alone.
    """

    present: list[int]
    absent: list[int]
    age: float
    sex: str
    condition: str
    row: int = -1
    chief: int = -1
    history: tuple[int, ...] = ()


def cut(state: State, size: int, rng: np.random.Generator) -> State:
    """The state with at most ``size`` of its present findings, chosen at random, in their order."""
    if len(state.present) <= size:
        return state
    kept = [state.present[i] for i in np.sort(rng.permutation(len(state.present))[:size])]
    chief = state.chief if state.chief in kept else -1
    return replace(state, present=kept, chief=chief, history=tuple(t for t in state.history if t in kept))


class Simulator:
    """Draws patients of a condition from the published table and real rows, and states of those patients."""

    def __init__(self, ddxplus: Ddxplus, vocabulary: Vocabulary, seed: int) -> None:
        self.ddxplus, self.vocabulary = ddxplus, vocabulary
        self.wording = Wording(vocabulary)
        self.rng = np.random.default_rng(seed)
        self.yes_no = {
            c: [(e, p) for e, p in sorted(ddxplus.probability[c].items()) if e not in GROUPED]
            for c in ddxplus.conditions
        }
        self._attributes = {c: self._attributes_of(ddxplus.pool[c]) for c in ddxplus.conditions}
        self._named_in = self._finding_frequencies()
        self._noise_terms = np.flatnonzero(self._named_in.any(0))
        weights = np.sqrt(self._named_in[:, self._noise_terms].sum(0))
        self._noise_p = weights / weights.sum()
        self._asked_about: dict[int, np.ndarray] = {}
        self._benign = self._benign_terms()
        # Quiet: no red-flag rule reads it, alone or with others.
        self._quiet = [t for t in self._benign if "red" not in vocabulary.terms[t]]

    @staticmethod
    def _attributes_of(pool: list[Row]) -> list[list[list[str]]]:
        """For each group of attributes, what each real row says of it."""
        return [
            [[e for e in row.evidences if root(e) == group or root(e) in members] for row in pool]
            for group, members in GROUPS.items()
        ]

    def _finding_frequencies(self) -> np.ndarray:
        """How often each finding is named in each condition, [conditions, terms]."""
        counts = np.zeros((len(self.ddxplus.conditions), len(self.vocabulary.ids)))
        for row, c in enumerate(self.ddxplus.conditions):
            told = [*self.yes_no[c]]
            pool = self.ddxplus.pool[c][:200]
            told += [(code, 1 / len(pool)) for r in pool for code in r.evidences if root(code) in GROUPED]
            for code, p in told:
                names = self.wording.all_names(code)
                counts[row, sorted(names)] += p / max(1, len(names))
        return counts

    def _asked(self, about: int) -> np.ndarray:
        """What is asked for: half of it anything, half what is named in the conditions of the complaint ``about``."""
        if about not in self._asked_about:
            shared = (
                self._named_in[:, about] @ self._named_in[:, self._noise_terms] if about >= 0 else np.zeros(1)
            )
            weights = np.sqrt(shared)
            self._asked_about[about] = (
                (self._noise_p + weights / weights.sum()) / 2 if weights.any() else self._noise_p
            )
        return self._asked_about[about]

    def _benign_terms(self) -> np.ndarray:
        """Symptoms that well people have too: the least specific and least alarming ones.

        Symptoms with P >= 0.1 in at least five conditions, of which at least a third are mild (DDXPlus severity 4, 5)
        and at most a third urgent (1, 2); never fever or a productive cough. No source measures what well people
        report; the class is simulated, and is said to be.
        """
        shared: dict[int, list[int]] = defaultdict(list)
        for c in self.ddxplus.conditions:
            for code, p in self.yes_no[c]:
                if p >= 0.1:
                    for term in self.wording.exact.get(code, ()) or self.wording.loose.get(code, ()):
                        shared[term].append(self.ddxplus.severity[c])
        return np.array(
            sorted(
                term
                for term, severities in shared.items()
                if len(severities) >= 5
                and sum(s >= 4 for s in severities) >= len(severities) / 3
                and sum(s <= 2 for s in severities) <= len(severities) / 3
                and self.vocabulary.terms[term]["kind"] == "symptom"
                and self.vocabulary.terms[term]["slug"] not in NEVER_BENIGN
            )
        )

    def patient(self, condition: str) -> Row:
        """A simulated patient: age, sex and attribute groups of a random real row, yes/no evidences from the table."""
        pool, rng = self.ddxplus.pool[condition], self.rng
        evidences: list[str] = []
        # Nobody comes with nothing that can be named.
        while not any(e in self.wording.exact or e in self.wording.loose for e in evidences):
            evidences = self._evidences(condition)
        base = pool[rng.integers(len(pool))]
        return Row(base.age, base.sex, tuple(evidences), self.complaint(evidences), condition)

    def complaint(self, evidences: Sequence[str]) -> str:
        """The initial complaint as DDXPlus draws it (checked on its rows): any positive yes/no symptom alike."""
        complaints = [e for e in evidences if e in self.ddxplus.complaints] or evidences
        return complaints[self.rng.integers(len(complaints))]

    def _evidences(self, condition: str) -> list[str]:
        rng = self.rng
        evidences: list[str] = []
        for donors in self._attributes[condition]:
            evidences += donors[rng.integers(len(donors))]
        draws = rng.random(len(self.yes_no[condition]))
        evidences += [e for (e, p), u in zip(self.yes_no[condition], draws, strict=True) if u < p]
        return evidences

    def names(self, row: Row, plain: bool = False) -> dict[str, int]:
        """The finding a doctor would name for each evidence of the row, in random order."""
        named = {code: self.wording.name(code, self.rng, plain) for code in row.evidences}
        codes = [code for code, term in named.items() if term is not None]
        self.rng.shuffle(codes)
        return {code: named[code] for code in codes}

    def state(self, row: Row, kind: str, noise: bool = True, index: int = -1) -> State:
        """``kind``: initial, few (1-6 findings), part (10-90 %), full, a number such as ``3``, a share such as ``0.3``.

        ``noise``: general words, and at times a wrong finding, denied ones, a sex that is not told.
        """
        rng = self.rng
        named = self.names(row, plain=not noise)
        terms = list(dict.fromkeys(named.values()))
        first = named.get(row.init, terms[0])
        if kind == "initial":
            present = [first]
        elif kind == "full":
            present = terms
        else:
            if kind == "few":
                k = int(rng.integers(1, 7))
            elif kind == "part":
                k = round(len(terms) * rng.uniform(0.1, 0.9))
            elif kind.isdigit():
                k = int(kind)
            else:
                k = round(len(terms) * float(kind))
            if rng.random() < 0.7:
                terms = list(dict.fromkeys([first, *terms]))
            present = terms[: max(1, k)]
        absent: list[int] = []
        sex = row.sex
        if noise:
            if rng.random() < WRONG_SHARE:
                present = [*present, self.wrong(row)]
            if rng.random() < DENYING_SHARE:
                absent = self.denied(row, self._how_many_denied(), present[0])
                if rng.random() < DENIED_TRUE_SHARE and len(terms) > len(present):
                    absent.append(terms[-1])
            if rng.random() < UNTOLD_SEX:
                sex = "O"
        return State(list(dict.fromkeys(present)), absent, row.age, sex, row.condition, index)

    def wrong(self, row: Row) -> int:
        """A finding that the row does not have, drawn by how often it is named at all."""
        has = {t for code in row.evidences for t in self.wording.true_of(code)}
        while (drawn := int(self.rng.choice(self._noise_terms, p=self._noise_p))) in has:
            pass
        return drawn

    def denied(self, row: Row, n: int, about: int = -1) -> list[int]:
        """Findings asked for, given the complaint ``about``, and not there; none that the row contradicts."""
        terms = self.vocabulary.terms
        has = {t for code in row.evidences for t in self.wording.true_of(code)}
        implied = {a for t in has for a in self.vocabulary.closures[t]}
        said = {entry for t in has for entry in terms[t].get("on", ())}
        size = min(n, len(self._noise_terms))
        drawn = self.rng.choice(self._noise_terms, size=size, p=self._asked(about), replace=False)
        return [int(t) for t in drawn if t not in implied and said.isdisjoint(terms[t].get("off", ()))]

    def well(self) -> State:
        """A well person ("persona sana"), simulated by rule: one to three unspecific findings, the first a quiet one.

        A patient's sex and age, so that neither says "well"; never a child, whose croup begins like a cold.
        """
        rng = self.rng
        first = int(rng.choice(self._quiet))
        others = [t for t in self._benign if t != first]
        more = int(rng.choice(3, p=MORE_WHEN_WELL))
        present = [first, *(int(t) for t in rng.choice(others, size=more, replace=False))]
        like = self._anyone()
        while like.age < LEAST_AGE_WELL:
            like = self._anyone()
        implied = {a for t in present for a in self.vocabulary.closures[t]}
        absent: list[int] = []
        if rng.random() < DENYING_SHARE:
            nothing = Row(like.age, like.sex, (), "", NO_DISEASE)
            asked = self.denied(nothing, self._how_many_denied(), first)
            absent = [t for t in asked if t not in implied]
        return State(present, absent, like.age, like.sex, NO_DISEASE)

    def _anyone(self) -> Row:
        pool = self.ddxplus.pool[self.ddxplus.conditions[self.rng.integers(len(self.ddxplus.conditions))]]
        return pool[self.rng.integers(len(pool))]

    def _how_many_denied(self) -> int:
        return int(self.rng.integers(1, 9))


def age_band(age: float) -> int:
    return int(np.searchsorted(AGE_BANDS, age, side="right")) - 1


def encode(states: list[State], vocabulary: Vocabulary) -> np.ndarray:
    """Model input rows, float32 [n, items + bands + 5]; layout as in the bundle's manifest."""
    items, bands = len(vocabulary.items), len(AGE_BANDS)
    x = np.zeros((len(states), items + bands + 5), dtype=np.float32)
    for i, s in enumerate(states):
        encoded = vocabulary.encode(s.present, s.absent)
        if encoded:
            x[i, list(encoded)] = list(encoded.values())
        x[i, items + age_band(s.age)] = 1
        if s.sex in "FM":
            x[i, items + bands + "FM".index(s.sex)] = 1
        x[i, items + bands + 2] = s.age / 100
    present = (x[:, :items] > 0).sum(1)
    absent = (x[:, :items] < 0).sum(1)
    x[:, items + bands + 3] = present / 20
    x[:, items + bands + 4] = absent / 20
    return x
