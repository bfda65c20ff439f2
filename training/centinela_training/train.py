"""Trains everything and writes the bundle: ``python -m centinela_training.train``.

Runs alike in a subprocess and as a SageMaker training job in script mode: data come from ``SM_CHANNEL_TRAINING``
(else ``data``), the bundle goes to ``SM_MODEL_DIR`` (else ``layers/model``), reports to ``SM_OUTPUT_DATA_DIR``
(else ``reports``). Nothing is replaced before the whole run has succeeded.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from . import metrics
from .common.ensemble import (
    WEIGHTS,
    Common,
    Ensemble,
    Tables,
    by_band,
    has_complaint,
    informative,
    urgent_thresholds,
)
from .ddxplus import Ddxplus
from .orphan import knowledge as orphan
from .orphan import report as orphan_report
from .simulate import AGE_BANDS, NO_DISEASE, State
from .vocabulary import Vocabulary
from .whole.golden import golden_requests
from .whole.reference import Merge, Reference

VERSION = "0.1.0"
NO_DIGEST = "0" * 8
PRIOR_COMMON = 0.9
ORPHAN_LEVELS = {"possible": 0.2, "high": 0.7}
DATA_RELEASES = {
    "hpo": "2025-05-06",
    "hpo_annotations": "2025-05-06",
    "hpo_es": "2026-02-16",
    "orphanet": "2025-12-09",
    "mondo": "2026-08-21",
    "ddxplus": "2022, English release",
    "phenopackets": "2026-06-25",
    "findings": "2026-11-21",
}
TEST_STATES = {"initial": "initial complaint only", "0.3": "30 % of the positive findings", "0.5": "50 %"}
MEMBER_NAMES = {
    "naive_bayes.onnx": "naive Bayes",
    "xgboost.onnx": "XGBoost",
    "random_forest.onnx": "random forest",
}


class Progress:
    """Prints each step with the seconds since the start."""

    def __init__(self) -> None:
        self.start = time.monotonic()

    def __call__(self, text: str) -> None:
        print(f"[{time.monotonic() - self.start:6.1f} s] {text}", flush=True)


def common_profiles(common: Common, scale: float) -> np.ndarray:
    """P(term | condition), [49, terms], HPO terms only, from fully told simulated patients.

    Local terms stay out: orphan diseases are not annotated with them, so their silence would count against them.
    """
    vocabulary, simulator = common.vocabulary, common.simulator
    n = max(60, int(400 * scale))
    local = [i for i, term in enumerate(vocabulary.ids) if not term.startswith("HP:")]
    profiles = np.zeros((len(common.ddxplus.conditions), len(vocabulary.ids)))
    for row, condition in enumerate(common.ddxplus.conditions):
        for _ in range(n):
            named = simulator.names(simulator.patient(condition)).values()
            profiles[row, sorted({a for t in named for a in vocabulary.closures[t]})] += 1 / n
    profiles[:, local] = 0
    return profiles


def test_states(common: Common, noise: bool) -> dict[str, list[State]]:
    """States of the balanced test rows: ``noise`` as in training, else worded plainly, all present, nothing denied.

    Four draws of each row where chance decides what is told; ``State.row`` names the row.
    """
    rows = common.ddxplus.test
    return {
        kind: [s for _ in range(1 if kind == "initial" else 4) for s in common.held_out(rows, (kind,), noise)]
        for kind in TEST_STATES
    }


def urgent_mass(p: np.ndarray, states: list[State], common: Common, reference: Reference) -> np.ndarray:
    """Joint probability of the urgent conditions, [n]: theirs within the common part times P(common).

    0 where no present symptom or sign says anything; as in ``core/triage.ts``.
    """
    joint = p[:, common.urgent].sum(1) * reference.p_common([s.present for s in states])
    return np.where(has_complaint(states, common.vocabulary), joint, 0)


def common_report(common: Common, reference: Reference, thresholds: list[dict], plot: Path) -> dict:
    """Figures on the test rows: served ensemble on plain and on noisy states, each member alone, calibration."""
    ensemble = reference.ensemble
    result: dict = {
        "data": "DDXPlus test rows (simulated patients), never trained on; 7 of the 14 of Localized edema",
        "intervals": "95 %, bootstrap over the test rows",
        "ece": f"{metrics.N_BINS} bins of equal mass",
        "temperatures": ensemble.temperatures,
        "urgent_thresholds": thresholds,
        "states": {},
        "noisy_states": {},
        "members": defaultdict(dict),
        "reliability": {},
        "well": {"recall": well_recall(common, ensemble)},
    }
    curves = {}
    for noise, name in ((False, "states"), (True, "noisy_states")):
        for kind, states in test_states(common, noise).items():
            x, y = common.encode(states), common.targets(states)
            rows = np.array([s.row for s in states])
            findings = informative(states, common.vocabulary)
            p = ensemble.predict(x, findings)
            limits = by_band(thresholds, "threshold", findings)
            flags, truly = urgent_mass(p, states, common, reference) >= limits, common.urgent[y]
            result[name][kind] = metrics.report(p, y, rows) | metrics.urgency(flags, truly, rows)
            called_well = p[:, -1] > 0.5
            result[name][kind]["called_well"] = round(float(called_well.mean()), 4)
            result[name][kind]["urgent_called_well"] = round(float(called_well[truly].mean()), 4)
            if noise:
                continue
            for file, q in ensemble.members(x).items():
                result["members"][MEMBER_NAMES[file]][kind] = metrics.report(q, y, rows)
            bins = metrics.reliability(p, y)
            result["reliability"][kind] = bins
            curves[TEST_STATES[kind]] = (bins, metrics.expected_calibration_error(p, y))
    metrics.reliability_plot(plot, curves)
    return result


def well_recall(common: Common, ensemble: Ensemble) -> float:
    """Share of simulated well people that are called well (probability over one half)."""
    states = [common.simulator.well() for _ in range(1000)]
    p = ensemble.predict(common.encode(states), informative(states, common.vocabulary))
    return round(float((p[:, -1] > 0.5).mean()), 4)


def gate_report(common: Common, reference: Reference, evaluation: orphan_report.Evaluation) -> dict:
    """How the fixed prior and the likelihood ratios part common from orphan patients, by number of findings."""

    def held(p: np.ndarray) -> dict:
        return {"n": len(p), "held_for_orphan": round(float((p < 0.5).mean()), 4)}

    cases = [list(c.present) for c in evaluation.cases]
    p, size = reference.p_common(cases), np.array([len(c) for c in cases])
    orphan_patients: dict = {}
    for name, cited in (("paper_not_in_knowledge", False), ("LEAKY_paper_in_knowledge", True)):
        orphan_patients[name] = {
            f"{low} to {high} findings" if high < 1000 else f"{low} findings or more": held(
                p[(size >= low) & (size <= high) & (evaluation.cited == cited)]
            )
            for low, high in ((1, 2), (3, 4), (5, 7), (8, 1000))
        }
    return {
        "prior_common": PRIOR_COMMON,
        "note": "The common patients come from the simulator that also made the common rows of the ratios: optimistic",
        "common_patients": {
            kind: held(reference.p_common([s.present for s in states]))
            for kind, states in test_states(common, noise=False).items()
        },
        "orphan_patients": orphan_patients,
    }


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def write_gz(path: Path, value: object) -> None:
    """Compressed JSON; the same value always gives the same bytes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def table_json(tables: Tables) -> dict:
    return {name: np.round(getattr(tables, name), 6).tolist() for name in ("present", "age", "sex", "prior")}


def condition_entries(data: Path, labels: list[str]) -> list[dict]:
    """Common conditions with codes and names. DDXPlus's own ICD-10 codes are wider or wrong: no equivalents."""
    clinical = json.loads((data / "clinical/conditions.json").read_text("utf-8"))["conditions"]
    by_key = {c["ddxplus_name"]: c for c in clinical}
    entries = []
    for key in labels[:-1]:
        code = f"ICD10:{by_key[key]['icd10']}"
        entries.append({"key": key, "code": code, "codes": [code], "name": by_key[key]["name"]})
    none = {"es": "Sin enfermedad relevante", "en": "No relevant disease"}
    return [*entries, {"key": NO_DISEASE, "code": "", "codes": [], "name": none}]


def code_commit() -> str:
    """The commit that trains, with ``-dirty`` where tracked files differ from it; ``unknown`` outside a checkout."""
    described = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    git = subprocess.run(described, capture_output=True, text=True, check=False)
    return git.stdout.strip() or "unknown"


def file_entries(folder: Path) -> dict[str, dict]:
    return {
        path.name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
        for path in sorted(folder.iterdir())
    }


def train(data: Path, bundle: Path, reports: Path, scale: float, seed: int) -> None:
    """Writes the whole bundle into ``bundle`` and the reports into ``reports`` (both existing and empty)."""
    log = Progress()
    vocabulary = Vocabulary(data)
    ddxplus = Ddxplus(data)
    log(
        f"{len(vocabulary.ids):,} terms, {len(vocabulary.items)} items; {ddxplus.n_labelled:,} labelled rows, "
        f"{len(ddxplus.relabelled):,} of {ddxplus.n_unlabelled:,} relabelled"
    )

    diseases = orphan.load_diseases(data, vocabulary)
    profiles = orphan.build_profiles(diseases, vocabulary)
    log(f"{len(diseases):,} orphan diseases")

    common = Common(ddxplus, vocabulary, seed, scale, log)
    models, tables = common.fit()
    blobs = {name: model.SerializeToString(deterministic=True) for name, model in models.items()}
    ensemble = Ensemble(blobs)
    states = common.calibration_states()
    x, y = common.encode(states), common.targets(states)
    findings = informative(states, vocabulary)
    ensemble.calibrate(x, y, findings)
    log(f"calibrated on {len(y):,} states")

    rows = orphan.with_common_rows(profiles, common_profiles(common, scale), vocabulary)
    ratios = orphan.encode_ratios(rows)
    scorer = orphan.Scorer(ratios, vocabulary)
    log(f"{len(ratios.codes):,} likelihood ratios")
    orphan_figures, evaluation = orphan_report.report(data, diseases, rows, ratios, vocabulary)
    orphan_temperature = orphan_figures["calibration"]["temperature"]
    orphan_report.plot(reports / "orphan.png", evaluation, orphan_figures["calibration"])
    log(f"orphan part measured on {len(evaluation.cases):,} published patients")

    conditions = condition_entries(data, common.labels)
    merge = Merge(orphan_temperature, PRIOR_COMMON, diseases, [c["code"] for c in conditions[:-1]])
    reference = Reference(vocabulary, ensemble, scorer, merge)
    # A third of the states is plenty for four quantiles, and scoring them against all diseases is slow.
    third = slice(None, None, 3)
    mass = urgent_mass(ensemble.predict(x[third], findings[third]), states[third], common, reference)
    thresholds = urgent_thresholds(mass, common.urgent[y[third]], findings[third])
    common_figures = common_report(common, reference, thresholds, reports / "reliability.png")
    gate_figures = gate_report(common, reference, evaluation)
    for kind, figures in common_figures["states"].items():
        log(f"{TEST_STATES[kind]}: top-1 {figures['top1']}, top-3 {figures['top3']}, top-5 {figures['top5']}")
    write_json(reports / "common.json", common_figures)
    write_json(reports / "orphan.json", orphan_figures)
    write_json(reports / "gate.json", gate_figures)

    for name, blob in blobs.items():
        (bundle / name).write_bytes(blob)
    write_gz(bundle / "vocabulary.json.gz", {"terms": vocabulary.terms, "replaced": vocabulary.replaced})
    write_gz(bundle / "orphan_diseases.json.gz", [d.entry() for d in diseases])
    write_gz(bundle / "common_tables.json.gz", table_json(tables))
    write_gz(bundle / "papers.json.gz", orphan.papers(data))
    orphan.write_profiles(bundle / "orphan_profiles.bin", ratios)
    requests = golden_requests(common, evaluation.cases, vocabulary)
    write_json(bundle / "golden.json", [reference.golden(name, request) for name, request in requests])
    files = file_entries(bundle)
    write_manifest(
        bundle / "manifest.json",
        {
            "schema_version": 1,
            "version": f"{VERSION}+{NO_DIGEST}",
            "created": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "code_commit": code_commit(),
            "seed": seed,
            "files": files,
            "data_releases": DATA_RELEASES,
            "features": {
                "items": vocabulary.items,
                "age_bands": list(AGE_BANDS),
                "layout": "items (+1 present, -1 absent, 0 unknown), age band, sex F, sex M, age/100, "
                "present items/20, absent items/20",
            },
            "common": {
                "conditions": conditions,
                "members": [{"file": file, "weight": weight} for file, weight in WEIGHTS.items()],
                "temperatures": ensemble.temperatures,
                "urgent": common.urgent.tolist(),
                "urgent_thresholds": thresholds,
            },
            "orphan": {
                "file": "orphan_profiles.bin",
                "diseases_file": "orphan_diseases.json.gz",
                "floor": orphan.FLOOR,
                "weight": orphan.WEIGHT,
                "decay": orphan.DECAY,
                "ratio_min": ratios.minimum,
                "ratio_step": ratios.step,
                "temperature": orphan_temperature,
                "prior_common": PRIOR_COMMON,
            },
            "orphan_levels": ORPHAN_LEVELS,
            "metrics": {
                "common": common_figures["states"],
                "common_noisy": common_figures["noisy_states"],
                "orphan": orphan_figures["splits"],
                "gate": gate_figures,
            },
        },
    )
    size = sum(f["bytes"] for f in files.values()) / 1e6
    log(f"bundle of {size:.1f} MB, {len(requests)} golden cases")


def write_manifest(path: Path, manifest: dict) -> None:
    """The version ends with the digest of the manifest's own text, zeros standing in its place."""
    write_json(path, manifest)
    text = path.read_text("utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    path.write_text(text.replace(f"{VERSION}+{NO_DIGEST}", f"{VERSION}+{digest}", 1), "utf-8")


def replace_folder(new: Path, target: Path) -> None:
    """Puts the files of ``new`` in the place of those of ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        if old.is_file():
            old.unlink()
    for file in new.iterdir():
        shutil.move(file, target / file.name)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    env = os.environ.get
    parser.add_argument("--data", type=Path, default=Path(env("SM_CHANNEL_TRAINING", "data")))
    parser.add_argument("--model-dir", type=Path, default=Path(env("SM_MODEL_DIR", "layers/model")))
    parser.add_argument("--output-dir", type=Path, default=Path(env("SM_OUTPUT_DATA_DIR", "reports")))
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of the full number of simulated patients"
    )
    parser.add_argument("--seed", type=int, default=20261121)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        bundle, reports = Path(temporary, "bundle"), Path(temporary, "reports")
        bundle.mkdir()
        reports.mkdir()
        train(options.data, bundle, reports, options.scale, options.seed)
        replace_folder(bundle, options.model_dir)
        replace_folder(reports, options.output_dir)


if __name__ == "__main__":
    main()
