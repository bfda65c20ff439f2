"""Gathers patients of all kinds and fits the whole on them: once for judging it, once for serving it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from ..broad.part import BroadPart
from ..common.ensemble import Common, Ensemble
from ..orphan.evaluation import Evaluation, half_of
from ..orphan.part import OrphanPart
from ..orphan.simulate import Simulator
from ..simulate import NO_DISEASE, State
from .evidence import information_content
from .fit import Served, calibrate, learn_gate
from .gate import FEATURES, PRIOR, SILENT, Gate, gate_onnx
from .gate_report import SIZES, gate_report, patients_of_size
from .honest import HonestPart, WithholdingPart, own_rows
from .patients import Histories, Patients, Rewording, cut_at_random, of_kind, together
from .predictor import UNKNOWN, Predictor
from .sets import all_in, columns
from .support import unfitted
from .support_report import support_report

COMMON, BROAD, ORPHAN = range(3)
N_FIT, N_HELD, N_TEST = 1_200, 1_500, 1_500  # patients of a kind at scale 1
# Of the trained conditions: a threshold for a class takes 50 in every band. The judged fit makes do with fewer.
N_HELD_COMMON, N_JUDGED_COMMON = 20_000, 3_500
REWORDED_SHARE = 0.5  # of the states that the gate learns from, not of those it is judged by
GATE = "gate.onnx"
ROW_KINDS = ("initial", "few", "part")


@dataclass
class Sources:
    """The parts, and where patients come from. ``evaluation``: published patients and the part that never saw them."""

    common: Common
    ensemble: Ensemble
    broad: BroadPart
    orphan: OrphanPart
    evaluation: Evaluation
    seed: int
    scale: float

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.n_orphans, self.n_trained = self.orphan.n, len(self.common.labels) - 1
        self.n_rows = max(self.n_orphans + self.n_trained, int(self.broad.rows.max()) + 1)
        self.vocabulary = self.common.vocabulary

    def served(self) -> Served:
        """The parts with a gate that gives the prior, sets of everything and no support curves."""
        ratios = self.orphan.ratios
        ic = information_content(ratios.offsets, ratios.n_rows, self.vocabulary)
        flat = gate_onnx(np.zeros((len(FEATURES), len(PRIOR))), np.log(PRIOR))
        predictor = Predictor(
            self.vocabulary,
            self.ensemble,
            self.orphan,
            self.broad,
            ic,
            self.n_orphans,
            self.n_rows,
            Gate(flat.SerializeToString()),
            all_in(columns(self.n_orphans, self.n_trained, self.n_rows)),
            unfitted(),
        )
        e = self.evaluation
        honest = HonestPart(self.orphan, e.part, own_rows(self.orphan, e.cases))
        return Served(
            predictor, predictor.updated(orphan=honest), predictor.updated(broad=WithholdingPart(self.broad))
        )

    # ---- patients ------------------------------------------------------------------------------------------

    def count(self, n: int) -> int:
        return max(200, int(n * self.scale))

    def common_patients(self, states: list[State]) -> Patients:
        """Simulated patients of the trained conditions and well people; told apart by test row where there is one."""
        of = self.common.class_of
        truth = [
            self.n_rows if s.condition == NO_DISEASE else self.n_orphans + of[s.condition] for s in states
        ]
        source = [f"row {s.row}" if s.row >= 0 else f"simulated {i}" for i, s in enumerate(states)]
        return of_kind(COMMON, states, truth, source)

    def broad_patients(self, n: int) -> Patients:
        """Simulated patients of the broad layer's own conditions; of half the clinical profile is withheld."""
        states, withheld = self.broad.simulate_broad(2 * n, self.rng)
        truth = self.broad.rows[[s.row for s in states]]
        own = truth >= self.n_orphans + self.n_trained
        drawn = of_kind(BROAD, states, truth, [s.condition for s in states])
        return replace(drawn, withheld=withheld >= 0).where(np.flatnonzero(own)[:n])

    def orphan_patients(self, n: int) -> Patients:
        """Patients simulated from the orphan profiles."""
        knowledge = self.orphan.knowledge
        drawn = self.rng.integers(self.n_orphans, size=n)
        owner, terms = Simulator(knowledge.direct, knowledge.graph).draw(drawn, self.rng)
        ages, sexes = self.rng.uniform(0, 60, n), self.rng.choice(list("FM"), n)
        states = [
            State(list(dict.fromkeys(terms[owner == i].tolist())), [], float(age), str(sex), "")
            for i, (age, sex) in enumerate(zip(ages, sexes, strict=True))
        ]
        return of_kind(ORPHAN, states, drawn, [knowledge.diseases[r].code for r in drawn])

    def published_patients(self) -> tuple[Patients, np.ndarray]:
        """Published patients whose paper no annotation cites, and which half of the cohorts each is in."""
        e = self.evaluation
        own = own_rows(self.orphan, e.cases)
        told = np.array([bool(s.present) for s in e.states])
        chosen = np.flatnonzero(~e.cited & told)
        states = [replace(e.states[i], row=int(i)) for i in chosen]
        truth = np.where(own[chosen] < e.part.n, own[chosen], UNKNOWN)
        source = [e.cases[i].cohort for i in chosen]
        return of_kind(ORPHAN, states, truth, source, published=True), half_of(e.cases)[chosen]

    def to_learn(self, published: Patients) -> Patients:
        """What the gate learns from."""
        n = self.count(N_FIT)
        reword, aged = Rewording(self.vocabulary, self.rng), Histories(self.vocabulary, self.rng)
        told = together([self.common_patients(self.common.sample(n)), self.broad_patients(n)])
        other = self.rng.random(len(told)) < REWORDED_SHARE
        states = [aged(reword(s) if o else s) for s, o in zip(told.states, other, strict=True)]
        groups = [replace(told, states=states), self.orphan_patients(n // 2), published]
        return cut_at_random(together(groups), self.rng)

    @cached_property
    def calibration_states(self) -> list[State]:
        """Half of them, where there are so many, of real rows that nothing was fitted on, the others simulated."""
        states = self.common.calibration_states()
        real = np.array([s.row >= 0 for s in states])
        order = self.rng.permutation(len(states))
        turn = np.empty(len(states))
        for own in (real[order], ~real[order]):
            turn[own] = np.arange(own.sum())
        return [states[i] for i in order[np.argsort(turn, kind="stable")]]

    def to_calibrate(self, published: Patients, n_common: int) -> Patients:
        """Held-out patients for sets and support, as they come: not cut to size, which would change what is told."""
        common = self.common_patients(self.calibration_states[-self.count(n_common) :])
        return together([common, self.broad_patients(self.count(N_HELD)), published])

    def to_judge(self, published: Patients) -> Patients:
        """Test rows' states, fresh patients of the broad layer, published patients: all findings told."""
        states = self.common.held_out(self.common.ddxplus.test, ROW_KINDS)
        broad = self.broad_patients(self.count(N_TEST))
        return together([self.common_patients(states), broad, published])


@dataclass(frozen=True)
class FittedWhole:
    """``served``: fitted on all cohorts. ``judged``: without the cohorts of ``held_out``, published patients."""

    served: Served
    judged: Served
    held_out: Patients
    gate_figures: dict
    support_figures: dict

    def write(self, bundle: Path) -> dict:
        """Writes the gate into the bundle's folder; returns its, the sets' and the scores' sections of the manifest."""
        p = self.served.predictor
        (bundle / GATE).write_bytes(p.gate.blob)
        gate = {"file": GATE, "features": list(FEATURES), "prior": list(SILENT)}
        return {"gate": gate, "sets": p.sets.entry(), "support": p.support.entry()}


def fit_whole(
    sources: Sources, levels: dict[str, float], png: Path, log: Callable[[str], None]
) -> FittedWhole:
    """``levels``: P(orphan) from which the suspicion is possible, and high; ``png``: the gate's ROC curves."""
    start = sources.served()
    published, half = sources.published_patients()
    severity = np.array([*(sources.common.ddxplus.severity[c] for c in sources.common.labels[:-1]), 0])
    fitted = []
    for cohorts, n_common in ((half == 0, N_JUDGED_COMMON), (half >= 0, N_HELD_COMMON)):
        known = published.where(cohorts)
        served = learn_gate(start, sources.to_learn(known))
        fitted.append(calibrate(served, sources.to_calibrate(known, n_common), severity))
        log(f"gate, sets and support fitted, {cohorts.sum():,} published patients among the states")
    judged, served = fitted
    held_out = published.where(half == 1)
    judges = sources.to_judge(held_out)
    by_size = {}
    for size, (low, high) in SIZES.items():
        patients = patients_of_size(judges, low, high, sources.rng)
        by_size[size] = (patients, judged.gate(patients))
    figures = gate_report(by_size, levels, png)
    log("gate measured on the other half of the cohorts")
    support_figures = support_report(judged, judges, sources.rng)
    log("support measured on patients mixed up")
    return FittedWhole(served, judged, held_out, figures, support_figures)
