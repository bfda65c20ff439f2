"""The reports of a training run: which states are judged, and by what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from .common.ensemble import MEMBERS, Common
from .common.figures import robustness, states_per_class
from .orphan import ablation
from .orphan.evaluation import calibration, time_split
from .orphan.fit import Fitted, older_evaluation
from .orphan.knowledge import papers
from .reports import (
    CommonStates,
    Listed,
    Scored,
    common_report,
    orphan_tables,
    row_kinds,
    summary_reports,
    whole_report,
)
from .reports.scored import scored
from .reports.write import write_json
from .simulate import State
from .whole.build import FittedWhole, Sources
from .whole.patients import Patients

MEMBER_NAMES = dict(zip(MEMBERS, ("naive Bayes", "XGBoost", "random forest", "neural net"), strict=True))
# Noisy states a class: what is said of single classes rests on at least 200; plain ones: draws of every test row.
PER_CLASS = {"initial": 200, "3": 200, "0.3": 200, "0.5": 200}
PLAIN_DRAWS = {"initial": 1, "3": 2, "0.3": 2, "0.5": 2}
WELL = 1_000
ALL_PARTS = ["common part", "broad layer", "orphan part", "gate"]


class Measures:
    """What is asked of the fitted whole. ``urgent`` [rows + 1]: rows whose probabilities make a patient urgent."""

    def __init__(
        self, sources: Sources, whole: FittedWhole, urgent: np.ndarray, thresholds: list[dict], folder: Path
    ) -> None:
        self.sources, self.whole, self.urgent = sources, whole, urgent
        self.thresholds, self.folder = thresholds, folder

    @property
    def common(self) -> Common:
        return self.sources.common

    def score(self, states: list[State]) -> Scored:
        patients = self.sources.common_patients(states)
        whole = self.whole.served.predict(patients, {"urgent": self.urgent})
        y = self.common.targets(states)
        return scored(states, y, whole, self.common.urgent, self.thresholds, self.common.vocabulary)

    def common_states(self, log: Callable[[str], None]) -> CommonStates:
        plain, noisy, members = {}, {}, {name: {} for name in MEMBER_NAMES.values()}
        rows, share = self.common.ddxplus.test, min(1, self.sources.scale)
        for kind, n in PER_CLASS.items():
            told = [
                s for _ in range(PLAIN_DRAWS[kind]) for s in self.common.held_out(rows, (kind,), noise=False)
            ]
            plain[kind] = self.score(told)
            noisy[kind] = self.score(states_per_class(self.common, kind, max(5, int(n * share)), noise=True))
            for file, p in self.sources.ensemble.members(self.common.encode(told)).items():
                members[MEMBER_NAMES[file]][kind] = p
            log(f"states of test rows judged: {kind}")
        well = self.score([self.common.simulator.well() for _ in range(WELL)])
        return CommonStates(plain, noisy, well, members)

    def groups(self) -> dict[str, Listed]:
        """The most trusted first; orphan patients by the gate that never saw their cohorts."""
        served, judged = self.whole.served, self.whole.judged
        rows = self.common.ddxplus.test

        def listed(patients: Patients, by: object = served) -> Listed:
            return Listed(patients, by.predict(patients), ALL_PARTS)

        held = {
            "published orphan patients, own paper unknown, cohorts held out": listed(
                self.whole.held_out, judged
            )
        }
        for kind, name in (("0.3", "30 % of the findings"), ("initial", "initial complaint")):
            patients = self.sources.common_patients(self.common.held_out(rows, (kind,), noise=True))
            held[f"DDXPlus test rows (simulated), {name}"] = listed(patients)
        well = [self.common.simulator.well() for _ in range(WELL // 2)]
        held["well people (simulated)"] = listed(self.sources.common_patients(well))
        n = self.sources.count(1_500)
        held["broad layer's patients (simulated), half without profile"] = listed(
            self.sources.broad_patients(n)
        )
        return held

    def write(
        self, data: Path, fitted: Fitted, with_time_split: bool, log: Callable[[str], None]
    ) -> dict[str, dict]:
        """All reports; name -> what was written."""
        states = self.common_states(log)
        reports = common_report(
            self.folder, states, self.common.labels, list(MEMBER_NAMES.values()), data, self.common.vocabulary
        )
        write_json(
            self.folder / "robustness.json",
            robustness(self.common, self.sources.ensemble, self.thresholds),
        )
        log("common part reported")
        s = self.sources
        kinds = row_kinds(s.n_orphans, self.common.urgent[:-1], s.n_rows)
        reports["whole"] = whole_report(self.folder, self.groups(), kinds)
        reports["gate"] = self.whole.gate_figures
        write_json(self.folder / "gate.json", self.whole.gate_figures)
        write_json(self.folder / "support.json", self.whole.support_figures)
        log("one list reported")
        reports["orphan"] = self.orphan(fitted, data, with_time_split, log)
        return reports | summary_reports(self.folder, reports)

    def orphan(self, fitted: Fitted, data: Path, with_time_split: bool, log: Callable[[str], None]) -> dict:
        e = fitted.evaluation
        split = [time_split(older_evaluation(data, fitted))] if with_time_split else []
        splits = e.splits(fitted.served, split)
        log(f"orphan part ranked {len(e.cases):,} published patients")
        diseases = fitted.served.knowledge.diseases
        more = {
            "knowledge": {
                "diseases": len(diseases),
                "known_by_patients_alone": len(diseases) - e.part.n,
                "annotations": sum(len(d.annotations) for d in diseases),
                "values": len(fitted.served.ratios.codes),
                "papers": len(papers(diseases)),
            },
            "ablation": ablation.write(self.folder, e, log),
        }
        with_patients = fitted.served.scorer.discounted[: len(diseases)]
        return orphan_tables(self.folder, e.cases, diseases, splits, with_patients, calibration(e), more)
