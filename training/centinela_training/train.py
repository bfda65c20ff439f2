"""Trains everything and writes the bundle: ``python -m centinela_training.train``.

Runs alike in a subprocess and as a SageMaker training job in script mode: data come from ``SM_CHANNEL_TRAINING``
(else ``data``), the bundle goes to ``SM_MODEL_DIR`` (else ``layers/model``), reports to ``SM_OUTPUT_DATA_DIR``
(else ``reports``). Nothing is replaced before the whole run has succeeded. The model card comes last, from what lies
there then, so that a card that cannot be written costs no run: ``npm run card`` writes it again.

``--knowledge FILE.hpoa``: that file is all that is known of orphan phenotypes. ``--without-patients``: no published
patient enters a profile. ``--out FOLDER``: the bundle goes there, its reports into ``FOLDER/reports``. Together they
make bundles for time splits and for the control of leakage; of published patients only a few scales and the gate know.
"""

from __future__ import annotations

import argparse
import datetime
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import card
from .broad.part import BroadPart
from .bundle import (
    code_commit,
    condition_entries,
    file_entries,
    replace_folder,
    table_json,
    write_gz,
    write_manifest,
)
from .common.bands import has_complaint, informative, urgent_thresholds
from .common.ensemble import MEMBERS, META, Common, Ensemble, Tables, serialized
from .ddxplus import Ddxplus
from .measure import Measures
from .orphan import fit as orphan_fit
from .orphan import part as orphan_part
from .orphan import published, ratios, store
from .orphan.knowledge import papers
from .orphan.trained_rows import trained_rows
from .progress import Progress
from .reports.training_run import training_run
from .reports.write import write_json
from .simulate import AGE_BANDS, State
from .vocabulary import Vocabulary
from .whole.build import FittedWhole, Sources, fit_whole
from .whole.golden import N_BROAD, golden_case, golden_requests, write_golden
from .whole.requests import Names, read_state
from .whole.shapley import REFERENCE_AGE, golden_shapley

ORPHAN_LEVELS = {"possible": 0.2, "high": 0.7}
STALE_AFTER_DAYS = 365
DATA_RELEASES = {
    "hpo": "2025-05-06",
    "hpo_annotations": "2025-05-06",
    "hpo_es": "2026-02-16",
    "orphanet": "2025-12-09",
    "mondo": "2026-08-21",
    "ddxplus": "2022, English release",
    "phenopackets": "2026-06-25",
    "findings": "2026-11-21",
    "common_diseases": "2026-11-21; literature layer 2015-05-11",
    "disease_ontology": "2026-08-19",
}


@dataclass(frozen=True)
class Options:
    """``scale``: share of the full number of simulated patients and steps. The others: see the module's docstring."""

    scale: float = 1.0
    seed: int = 20261121
    knowledge: Path | None = None
    patients: bool = True


@dataclass(frozen=True)
class Run:
    """Everything fitted. ``urgent`` [rows + 1]: rows whose probability makes a patient urgent."""

    blobs: dict[str, bytes]
    tables: Tables
    orphan: orphan_fit.Fitted
    sources: Sources
    whole: FittedWhole
    conditions: list[dict]
    urgent: np.ndarray
    thresholds: list[dict]


def fit_common(
    data: Path, vocabulary: Vocabulary, options: Options, log: Progress
) -> tuple[Common, dict[str, bytes], Tables, Ensemble, list[State]]:
    """The last: the states that calibrated it."""
    ddxplus = Ddxplus(data)
    log(
        f"{len(vocabulary.ids):,} terms, {len(vocabulary.items)} items; {ddxplus.n_labelled:,} labelled rows, "
        f"{len(ddxplus.relabelled):,} of {ddxplus.n_unlabelled:,} relabelled"
    )
    common = Common(ddxplus, vocabulary, options.seed, options.scale, log)
    models, tables = common.fit()
    blobs = serialized(models)
    ensemble = Ensemble(blobs)
    states = common.calibration_states()
    ensemble.calibrate(common.encode(states), common.targets(states), informative(states, vocabulary))
    log(f"common part calibrated on {len(states):,} states")
    return common, blobs, tables, ensemble, states


def urgent_rows(sources: Sources) -> np.ndarray:
    """Trained conditions of DDXPlus severity 1 or 2, and what the broad layer's sources call an emergency."""
    urgent = np.zeros(sources.n_rows + 1, bool)
    at = sources.n_orphans
    urgent[at : at + sources.n_trained] = sources.common.urgent[:-1]
    for row, entry in zip(sources.broad.rows, sources.broad.entries(), strict=True):
        if entry.get("urgency") == "emergency":
            urgent[row] = True
    return urgent


def fit(data: Path, reports: Path, options: Options, log: Progress) -> Run:
    vocabulary = Vocabulary(data)
    common, blobs, tables, ensemble, states = fit_common(data, vocabulary, options, log)
    scale, seed = options.scale, options.seed
    rows = trained_rows(common, scale)
    fitted = orphan_fit.fit(data, vocabulary, rows, options.knowledge, options.patients, seed, scale, log)
    diseases = fitted.served.knowledge.diseases
    conditions = condition_entries(data, common.labels)
    broad = BroadPart.fit(vocabulary, data, conditions[:-1], diseases, common.ddxplus, seed, log)
    sources = Sources(common, ensemble, broad, fitted.served, fitted.evaluation, seed, scale)
    whole = fit_whole(sources, ORPHAN_LEVELS, reports / "gate.png", log)
    urgent = urgent_rows(sources)
    mass = whole.served.predict(sources.common_patients(states), {"urgent": urgent}).mass["urgent"]
    mass = np.where(has_complaint(states, vocabulary), mass, 0)
    truly = common.urgent[common.targets(states)]
    thresholds = urgent_thresholds(mass, truly, informative(states, vocabulary))
    log(f"urgency thresholds {[row['threshold'] for row in thresholds]}")
    return Run(blobs, tables, fitted, sources, whole, conditions, urgent, thresholds)


def condition_codes(run: Run) -> list[str]:
    """The code of every condition of the bundle, in order."""
    own = [e["code"] for e in run.sources.broad.entries() if "row" not in e]
    diseases = run.orphan.served.knowledge.diseases
    return [d.code for d in diseases] + [c["code"] for c in run.conditions[:-1]] + own


def write_bundle(folder: Path, run: Run, metrics: dict, options: Options, log: Progress) -> None:
    sources, part = run.sources, run.orphan.served
    common, vocabulary = sources.common, sources.vocabulary
    diseases = part.knowledge.diseases
    for name, blob in run.blobs.items():
        (folder / name).write_bytes(blob)
    (folder / "orphan_net.onnx").write_bytes(part.model)
    ratios.write_profiles(folder / "orphan_profiles.bin", part.ratios)
    store.write(folder, diseases, part.knowledge.background, run.orphan.net)
    published.write(folder, diseases, sources.evaluation.cases)
    write_gz(folder / "vocabulary.json.gz", {"terms": vocabulary.terms, "replaced": vocabulary.replaced})
    write_gz(
        folder / "orphan_diseases.json.gz",
        [store.entry(d) for d in diseases],
    )
    write_gz(folder / "common_tables.json.gz", table_json(run.tables))
    write_gz(folder / "papers.json.gz", papers(diseases))
    joined = {"broad": sources.broad.write(folder)} | run.whole.write(folder)
    predictor = run.whole.served.predictor
    broad_states = sources.broad_patients(N_BROAD).states
    requests = golden_requests(common, sources.evaluation.cases, broad_states, vocabulary)
    names, codes = Names(vocabulary), condition_codes(run)
    golden = [golden_case(predictor, names, codes, name, request) for name, request in requests]
    for case in golden:
        case["shapley"] = None
    # A third of them: each takes up to 1,024 coalitions, here and where it is checked.
    for case in golden[::3]:
        state = read_state(case["request"], names)
        case["shapley"] = golden_shapley(sources.ensemble, common.urgent, vocabulary, state)
    write_golden(folder / "golden.json", golden)
    files = file_entries(folder)
    write_manifest(
        folder / "manifest.json",
        {
            "schema_version": 2,
            "created": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "stale_after_days": STALE_AFTER_DAYS,
            "code_commit": code_commit(),
            "seed": options.seed,
            "files": files,
            "data_releases": DATA_RELEASES | knowledge_release(options),
            "features": {
                "items": vocabulary.items,
                "age_bands": list(AGE_BANDS),
                "reference_age": REFERENCE_AGE,
                "layout": "items (+1 present, -1 absent, 0 unknown), age band, sex F, sex M, age/100, "
                "present items/20, absent items/20",
            },
            "common": {
                "conditions": run.conditions,
                "members": [{"file": file} for file in MEMBERS],
                "meta": META,
                "temperatures": sources.ensemble.temperatures,
                "urgent": common.urgent.tolist(),
                "urgent_thresholds": run.thresholds,
            },
            "orphan": {
                "file": "orphan_profiles.bin",
                "diseases_file": "orphan_diseases.json.gz",
                "typical_file": published.TYPICAL,
                "published_file": published.PUBLISHED,
                "floor": ratios.FLOOR,
                "weight": ratios.WEIGHT,
                "ratio_min": part.ratios.minimum,
                "ratio_step": part.ratios.step,
                "patient_discount": ratios.PATIENT_DISCOUNT,
                "net": {"file": "orphan_net.onnx", "weight": orphan_part.NET},
                "prevalence_weight": orphan_part.PREVALENCE,
                "unlikely": orphan_part.UNLIKELY,
                "scales": part.scales,
            },
            **joined,
            "orphan_levels": ORPHAN_LEVELS,
            "metrics": metrics,
        },
    )
    size = sum(f["bytes"] for f in files.values()) / 1e6
    log(f"bundle of {size:.1f} MB, {len(requests)} golden cases")


def knowledge_release(options: Options) -> dict[str, str]:
    """What the options change of the releases."""
    changed = {}
    if options.knowledge:
        changed["hpo_annotations"] = options.knowledge.name
    if not options.patients:
        changed["phenopackets"] = f"{DATA_RELEASES['phenopackets']}; in no profile"
    return changed


def metrics_of(reports: dict[str, dict]) -> dict:
    """The figures that travel with the bundle."""
    performance = reports["performance"]
    return {
        "common": performance["states"],
        "common_noisy": performance["noisy_states"],
        "orphan": reports["orphan"]["splits"],
        "gate": reports["gate"],
        "targets": reports["targets"],
    }


def train(data: Path, bundle: Path, reports: Path, options: Options) -> None:
    """Writes the whole bundle into ``bundle`` and the reports into ``reports`` (both existing and empty)."""
    log = Progress()
    run = fit(data, reports, options, log)
    measures = Measures(run.sources, run.whole, run.urgent, run.thresholds, reports)
    written = measures.write(data, run.orphan, options.knowledge is None, log)
    write_bundle(bundle, run, metrics_of(written), options, log)
    text_known = sum("row" not in e for e in run.sources.broad.entries())
    common, orphan = run.sources.common, run.orphan
    told = training_run(common, orphan, text_known, options.patients, options.scale, log.seconds())
    write_json(reports / "training.json", told)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    env = os.environ.get
    parser.add_argument("--data", type=Path, default=Path(env("SM_CHANNEL_TRAINING", "data")))
    parser.add_argument("--model-dir", type=Path, default=Path(env("SM_MODEL_DIR", "layers/model")))
    parser.add_argument("--output-dir", type=Path, default=Path(env("SM_OUTPUT_DATA_DIR", "reports")))
    parser.add_argument("--out", type=Path, help="folder for the bundle; its reports go to OUT/reports")
    parser.add_argument("--knowledge", type=Path, help="a phenotype.hpoa in place of the shipped one")
    parser.add_argument("--without-patients", action="store_true")
    parser.add_argument("--scale", type=float, default=Options.scale, help="share of the full training")
    parser.add_argument("--seed", type=int, default=Options.seed)
    o = parser.parse_args()
    if o.knowledge and not o.knowledge.is_file():
        parser.error(f"--knowledge: {o.knowledge} is no file")
    if o.out is None and (o.knowledge or o.without_patients):
        parser.error("--knowledge and --without-patients need --out: they do not make a champion")
    model_dir, output_dir = (o.out, o.out / "reports") if o.out else (o.model_dir, o.output_dir)
    with tempfile.TemporaryDirectory() as temporary:
        bundle, reports = Path(temporary, "bundle"), Path(temporary, "reports")
        bundle.mkdir()
        reports.mkdir()
        train(o.data, bundle, reports, Options(o.scale, o.seed, o.knowledge, not o.without_patients))
        replace_folder(bundle, model_dir)
        replace_folder(reports, output_dir)
    card.write(o.data, model_dir, output_dir, readable=None if o.out else Path("MODEL_CARD.md"))


if __name__ == "__main__":
    main()
