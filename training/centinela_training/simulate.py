"""Simulated patients ("pacientes simulados") of the common part and the partial, noisy states a doctor would type.

A state is a set of findings of the vocabulary, encoded exactly as a request is: a wording can never tell the
model more than a doctor's word would.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from .ddxplus import GROUPED, GROUPS, Ddxplus, Row, root
from .vocabulary import UNUSABLE_EVIDENCES, Vocabulary

NO_DISEASE = "no_relevant_disease"
# Share of states in which findings were asked for and denied.
DENYING_SHARE = 0.5
NEVER_BENIGN = {"fiebre", "tos_con_flemas"}
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


class Wording:
    """From DDXPlus evidences to the findings a doctor would name."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        exact: dict[str, list[int]] = defaultdict(list)
        loose: dict[str, list[int]] = defaultdict(list)
        self.group: dict[str, list[int]] = defaultdict(list)
        self._narrower: dict[str, list[int]] = defaultdict(list)
        for finding in vocabulary.curated:
            term = vocabulary.index[finding["id"]]
            for e in finding["evidences"]:
                codes = [f"{e['code']}_@_{v}" for v in e["values"]] if "values" in e else [e["code"]]
                if e["code"] in UNUSABLE_EVIDENCES or e.get("polarity") == "absent":
                    continue
                for code in codes:
                    if e["relation"] == "exact":
                        exact[code].append(term)
                    elif e["relation"] == "one_of":
                        loose[code].append(term)
                    if finding.get("group") and e["relation"] != "implied":
                        self.group[code].append(term)
                    if e["relation"] == "narrower":
                        self._narrower[code].append(term)
        self.exact, self.loose = dict(exact), dict(loose)

    def name(self, code: str, rng: np.random.Generator, plain: bool = False) -> int | None:
        """One finding for one positive evidence; unless ``plain``, the doctor's general word now and then."""
        if not plain:
            for source, chance in ((self.group, 0.5), (self.loose, 0.3 if code in self.exact else 1.0)):
                choices = source.get(code)
                if choices and rng.random() < chance:
                    return choices[rng.integers(len(choices))]
        choices = self.exact.get(code) or self.loose.get(code)
        return choices[rng.integers(len(choices))] if choices else None

    def all_names(self, code: str) -> set[int]:
        return {*self.exact.get(code, ()), *self.loose.get(code, ()), *self.group.get(code, ())}

    def true_of(self, code: str) -> set[int]:
        """Findings that a yes makes true, or may: none of them can be denied."""
        return self.all_names(code) | set(self._narrower.get(code, ()))


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
        self._noise_terms, self._noise_p = self._finding_frequencies()
        self._benign = self._benign_terms()

    def _finding_frequencies(self) -> tuple[np.ndarray, np.ndarray]:
        """How often each finding is named over all conditions: what a wrong or a denied finding is drawn from."""
        counts: dict[int, float] = defaultdict(float)
        for c in self.ddxplus.conditions:
            for code, p in self.yes_no[c]:
                names = self.wording.all_names(code)
                for term in names:
                    counts[term] += p / len(names)
            for row in self.ddxplus.pool[c][:200]:
                for code in row.evidences:
                    if root(code) in GROUPED:
                        names = self.wording.all_names(code)
                        for term in names:
                            counts[term] += 1 / len(names) / min(200, len(self.ddxplus.pool[c]))
        terms = np.array(sorted(counts))
        weights = np.sqrt(np.array([counts[t] for t in terms]))
        return terms, weights / weights.sum()

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
        while not evidences:
            evidences = self._evidences(pool, condition)
        base = pool[rng.integers(len(pool))]
        # As DDXPlus does it (checked on its rows): any one of the positive yes/no symptoms, none likelier.
        complaints = [e for e in evidences if e in self.ddxplus.complaints] or evidences
        init = complaints[rng.integers(len(complaints))]
        return Row(base.age, base.sex, tuple(evidences), init, condition)

    def _evidences(self, pool: list[Row], condition: str) -> list[str]:
        rng = self.rng
        evidences = []
        for group, members in GROUPS.items():
            donor = pool[rng.integers(len(pool))]
            evidences += [e for e in donor.evidences if root(e) == group or root(e) in members]
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
        """``kind``: initial, few (1-6 findings), part (10-90 %), full, or a share such as ``0.3``.

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
            else:
                k = round(len(terms) * float(kind))
            if rng.random() < 0.7:
                terms = list(dict.fromkeys([first, *terms]))
            present = terms[: max(1, k)]
        absent: list[int] = []
        sex = row.sex
        if noise:
            if rng.random() < 0.15:
                present = [*present, int(rng.choice(self._noise_terms, p=self._noise_p))]
            if rng.random() < DENYING_SHARE:
                absent = self.denied(row, self._how_many_denied())
                if rng.random() < 0.05 and len(terms) > len(present):
                    absent.append(terms[-1])
            if rng.random() < UNTOLD_SEX:
                sex = "O"
        return State(list(dict.fromkeys(present)), absent, row.age, sex, row.condition, index)

    def denied(self, row: Row, n: int) -> list[int]:
        """Findings asked for and not there, drawn by how often they are named at all; none that the row contradicts."""
        terms = self.vocabulary.terms
        has = {t for code in row.evidences for t in self.wording.true_of(code)}
        implied = {a for t in has for a in self.vocabulary.closures[t]}
        said = {entry for t in has for entry in terms[t].get("on", ())}
        size = min(n, len(self._noise_terms))
        drawn = self.rng.choice(self._noise_terms, size=size, p=self._noise_p, replace=False)
        return [int(t) for t in drawn if t not in implied and said.isdisjoint(terms[t].get("off", ()))]

    def well(self) -> State:
        """A well person: one unspecific finding, seldom two; a patient's age and sex, so that neither says "well"."""
        rng = self.rng
        present = [int(t) for t in rng.choice(self._benign, size=1 + (rng.random() < 0.1), replace=False)]
        pool = self.ddxplus.pool[self.ddxplus.conditions[rng.integers(len(self.ddxplus.conditions))]]
        like = pool[rng.integers(len(pool))]
        implied = {a for t in present for a in self.vocabulary.closures[t]}
        absent: list[int] = []
        if rng.random() < DENYING_SHARE:
            nothing = Row(like.age, like.sex, (), "", NO_DISEASE)
            absent = [t for t in self.denied(nothing, self._how_many_denied()) if t not in implied]
        return State(present, absent, like.age, like.sex, NO_DISEASE)

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
