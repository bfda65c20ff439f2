"""The broad part: about 1,100 candidates scored by a linear softmax over their features.

The weights are set by hand and corrected by what simulated patients teach, strongly held to the hand-set ones; in half
of those patients the true condition's clinical profile is withheld, or the literature would lose its weight. No real
patient was seen: the probabilities are calibrated on simulated ones only.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..ddxplus import Ddxplus
from ..orphan.knowledge import Disease
from ..simulate import State, cut
from ..vocabulary import Vocabulary
from . import profiles
from .candidate import Candidate
from .conditions import Builder
from .confidence import MISSED, Confidence, fit_confidence, posterior
from .features import DECAY, FEATURES, FLOOR, WEIGHT, Features, standardise
from .people import People
from .scorer import HAND_SET, fit_weights, to_onnx
from .simulate import Patients

PROFILES = "broad_profiles.bin"
CONDITIONS = "broad_conditions.json.gz"
SCORER = "broad.onnx"

N_FIT, N_CALIBRATE = 600, 1000
WITHHELD = 0.5
SIZES = (1, 2, 3, 5, 8, 100)  # findings told by those it is calibrated on
BANDS = (0, 2, 3, 5, 8)  # least number of known findings
SUMMARY = ("best_likelihood", "coverage", "top_explained", "top_probability", "entropy", "known")


@dataclass(frozen=True)
class Weights:
    """Of the features, and the confidence by number of known findings."""

    features: np.ndarray
    confidences: tuple[Confidence, ...]


class BroadPart:
    """Posterior over the candidates for patients given as states."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        direct: Sequence[profiles.Direct],
        vocabulary: Vocabulary,
        rows: np.ndarray,
    ) -> None:
        self.candidates, self.direct, self.rows = list(candidates), list(direct), rows
        self.profiles = profiles.build(direct, vocabulary)
        self.features = Features(self.profiles, vocabulary)
        self.people = People(candidates)
        self.patients = Patients(candidates, direct, vocabulary, self.people)
        self.unprofiled = np.array([not d.findings for d in direct])
        self.quiet = np.array([c.quiet for c in candidates])
        self.weights = Weights(HAND_SET, (Confidence(),) * len(BANDS))
        self._last: tuple[Sequence[State], object, tuple[np.ndarray, np.ndarray]] | None = None

    @classmethod
    def fit(
        cls,
        vocabulary: Vocabulary,
        data: Path,
        trained: Sequence[dict],
        orphans: Sequence[Disease],
        ddxplus: Ddxplus,
        seed: int,
        log: Callable[[str], None],
    ) -> BroadPart:
        """Reads the sources, merges the candidates and fits the scorer.

        ``trained``: the 49 as in the manifest (key, code, name), without "no relevant disease"; ``orphans``: the orphan
        rows in the bundle's order. Both give the rows that candidates point to.
        """
        builder = Builder(data, trained, orphans)
        candidates = builder.candidates
        reader = profiles.Reader(vocabulary, data, ddxplus)
        part = cls(
            candidates, [reader.read(c) for c in candidates], vocabulary, _rows(candidates, trained, orphans)
        )
        own = sum(not c.trained and not c.orphan for c in candidates)
        log(
            f"broad part: {len(candidates):,} candidates, {own:,} of its own, {part.unprofiled.sum()} without profile; "
            f"{builder.rows_merged} texts joined another of the same condition"
        )
        part._fit(seed)
        weights = ", ".join(f"{n} {w:.2f}" for n, w in zip(FEATURES, part.weights.features, strict=True))
        log(f"broad part fitted on {N_FIT:,} simulated patients: {weights}")
        return part

    # ---- learning ------------------------------------------------------------------------------------------

    def simulate_broad(
        self, n: int, rng: np.random.Generator, withhold: float = WITHHELD
    ) -> tuple[list[State], np.ndarray]:
        """Simulated patients (``State.row``: true candidate) and, where it is withheld, the candidate, else -1."""
        states = self.patients.draw(n, rng)
        truth = np.array([s.row for s in states])
        return states, np.where(rng.random(n) < withhold, truth, -1)

    def _fit(self, seed: int) -> None:
        fitting, calibrating = np.random.default_rng(seed).spawn(2)
        states, withheld = self.simulate_broad(N_FIT, fitting)
        x = np.stack(
            [self._standardise(self.features.raw(s, w), w) for s, w in zip(states, withheld, strict=True)]
        )
        possible = np.stack([self.people.possible(s.sex, s.age) for s in states])
        weights = fit_weights(x, np.array([s.row for s in states]), possible)
        self.weights = Weights(weights.astype(np.float32), self.weights.confidences)
        self._calibrate(calibrating)
        self._last = None

    def _calibrate(self, rng: np.random.Generator) -> None:
        """On patients of whom few or many findings are told, some of which no text of their condition names."""
        drawn, _ = self.simulate_broad(N_CALIBRATE, rng, withhold=0)
        told = [
            cut(s, size, rng) for s in drawn for size in SIZES if size == SIZES[-1] or len(s.present) > size
        ]
        lacking = [frozenset(t for t in s.present if rng.random() < MISSED) for s in told]
        weights = self.weights.features.astype(np.float64)
        scores = np.stack(
            [
                self._standardise(self.features.raw(s, s.row, without), -1) @ weights
                for s, without in zip(told, lacking, strict=True)
            ]
        )
        possible = np.stack([self.people.possible(s.sex, s.age) for s in told])
        known, truth = np.array([self.known(s) for s in told]), np.array([s.row for s in told])
        bands = band_of(known)
        fitted = [
            fit_confidence(scores[b], possible[b], self.quiet, known[b], truth[b])
            for b in (bands == i for i in range(len(BANDS)))
        ]
        self.weights = Weights(self.weights.features, tuple(fitted))

    # ---- scoring -------------------------------------------------------------------------------------------

    def known(self, state: State) -> int:
        """How many findings of the patient the layer knows."""
        return len(self.features.query(state.present))

    def _standardise(self, raw: np.ndarray, withheld: int) -> np.ndarray:
        """The scorer's input for one patient, float32 [candidates, features]."""
        unprofiled = self.unprofiled.copy()
        if withheld >= 0:
            unprofiled[withheld] = True
        return standardise(raw, unprofiled)

    def logits(self, states: Sequence[State], withheld: Sequence[int] | None = None) -> np.ndarray:
        """Logits over the candidates, [n, candidates]: ln of the posterior.

        -inf for what nobody of the patient's sex and age can have.
        ``withheld`` [n]: for each state a candidate that is scored without its clinical profile, or -1.
        """
        return self._scored(states, withheld)[0]

    def summary(self, states: Sequence[State], withheld: Sequence[int] | None = None) -> np.ndarray:
        """What the gate may read, [n, len(SUMMARY)]: best sum of ln likelihood ratios, best share of the findings that
        any candidate explains (unknown ones count as unexplained), that share of the top candidate, its
        probability, entropy of the posterior in nats, number of findings known to the layer. Always finite: only
        candidates that the patient can have count.
        """
        return self._scored(states, withheld)[1]

    def _scored(
        self, states: Sequence[State], withheld: Sequence[int] | None
    ) -> tuple[np.ndarray, np.ndarray]:
        # Both are asked for one after the other: the last answer is kept.
        if self._last is not None and self._last[0] is states and self._last[1] is withheld:
            return self._last[2]
        held = [-1] * len(states) if withheld is None else withheld
        weights = self.weights.features.astype(np.float64)
        logits = np.empty((len(states), len(self.candidates)))
        summary = np.empty((len(states), len(SUMMARY)))
        for i, (state, w) in enumerate(zip(states, held, strict=True)):
            x = self.features.raw(state, int(w))
            known = self.known(state)
            confidence = self.weights.confidences[int(band_of([known])[0])]
            possible = self.people.possible(state.sex, state.age)
            scores = self._standardise(x, int(w)) @ weights
            p = posterior(scores[None], possible[None], self.quiet, [known], confidence)[0]
            with np.errstate(divide="ignore"):
                logits[i] = np.log(p)
            coverage = self.features.coverage(state, x[:, FEATURES.index("explained")])
            top = int(p.argmax())
            entropy = -float(np.sum(p * np.log(np.maximum(p, 1e-300))))
            best = float(x[possible, FEATURES.index("likelihood")].max())
            summary[i] = best, coverage[possible].max(), coverage[top], p[top], entropy, known
        self._last = (states, withheld, (logits, summary))
        return logits, summary

    # ---- writing -------------------------------------------------------------------------------------------

    def entries(self) -> list[dict]:
        """The candidates as written to the bundle, in order; ``row`` where one points to a row of another layer."""
        return [self._entry(i) for i in range(len(self.candidates))]

    def _entry(self, index: int) -> dict:
        c = self.candidates[index]
        entry: dict = {"code": c.code, "codes": c.codes, "en": c.en, "es": c.es, "es_lang": c.es_lang}
        entry["profile"] = "literature" if self.unprofiled[index] else "clinical"
        entry["source_kind"] = c.source_kind
        people = self.people
        limits = {
            "only_sex": people.sex[index],
            "only_from": people.since[index],
            "only_below": people.below[index],
        }
        entry |= {name: value for name, value in limits.items() if value is not None}
        if c.trained or c.orphan:
            entry["row"] = int(self.rows[index])
            entry["codes"] = [code for code in c.codes if not code.startswith("CEN:")]
            return entry
        entry |= {"knowledge_only": True, "icd10": c.icd10, "sources": c.sources()}
        entry["unconfirmed"] = c.unconfirmed()
        return entry | {key: c.stated(key) for key in ("urgency", "course")}

    def write(self, bundle: Path) -> dict:
        """Writes the part's three files into the bundle's folder; returns its section of the manifest."""
        profiles.write(bundle / PROFILES, self.profiles)
        text = json.dumps(self.entries(), ensure_ascii=False, separators=(",", ":"))
        (bundle / CONDITIONS).write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        (bundle / SCORER).write_bytes(to_onnx(self.weights.features))
        return {
            "file": SCORER,
            "profiles_file": PROFILES,
            "conditions_file": CONDITIONS,
            "features": list(FEATURES),
            "weights": [round(float(w), 7) for w in self.weights.features],
            "literature_step": self.profiles.literature.step,
            "weight": WEIGHT,
            "floor": FLOOR,
            "decay": DECAY,
            "missed": MISSED,
            "confidences": [
                {"min_findings": n, "temperature": c.temperature, "ceiling": c.ceiling}
                for n, c in zip(BANDS, self.weights.confidences, strict=True)
            ],
        }


def _rows(candidates: Sequence[Candidate], trained: Sequence[dict], orphans: Sequence[Disease]) -> np.ndarray:
    """Row of each candidate in the bundle's conditions: orphan diseases, the 49, then the layer's own."""
    orphan = {d.code: i for i, d in enumerate(orphans)}
    common = {entry["key"]: len(orphans) + i for i, entry in enumerate(trained)}
    rows, following = [], len(orphans) + len(trained)
    for c in candidates:
        if c.trained:
            rows.append(common[c.trained])
        elif c.orphan:
            rows.append(orphan[c.orphan])
        else:
            rows.append(following)
            following += 1
    return np.array(rows)


def band_of(known: Sequence[int]) -> np.ndarray:
    """Index into :data:`BANDS` of numbers of known findings."""
    return np.searchsorted(BANDS, known, side="right") - 1
