import gzip
import hashlib
import json
import re

import jsonschema
import numpy as np
import pytest

from centinela_training.orphan import knowledge as orphan
from centinela_training.train import train

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    """A small training run, end to end: data in, bundle and reports out."""
    bundle, reports = tmp_path_factory.mktemp("bundle"), tmp_path_factory.mktemp("reports")
    train(data, bundle, reports, scale=0.02, seed=1)
    return bundle, reports


def test_the_manifest_follows_its_schema_and_names_every_file(trained, data):
    bundle, _ = trained
    manifest = json.loads((bundle / "manifest.json").read_text())
    schema = json.loads((data.parent / "training/manifest.schema.json").read_text())

    jsonschema.validate(manifest, schema)

    assert set(manifest["files"]) == {p.name for p in bundle.iterdir()} - {"manifest.json"}
    for name, entry in manifest["files"].items():
        assert hashlib.sha256((bundle / name).read_bytes()).hexdigest() == entry["sha256"]


def test_golden_cases_are_many_and_their_numbers_hold_together(trained):
    golden = json.loads((trained[0] / "golden.json").read_text())

    assert len(golden) >= 50
    for case in golden:
        assert sum(case["common"]) == pytest.approx(1, abs=1e-6)
        assert 0 <= case["gate"] <= 1
        shown = [entry["probability"] for entry in case["top"]]
        assert shown == sorted(shown, reverse=True)


def test_the_profiles_read_back_are_those_of_the_manifest(trained):
    bundle, _ = trained
    o = json.loads((bundle / "manifest.json").read_text())["orphan"]
    diseases = json.loads(gzip.decompress((bundle / "orphan_diseases.json.gz").read_bytes()))

    ratios = orphan.read_profiles(bundle / o["file"], o["ratio_min"], o["ratio_step"])

    assert ratios.n_rows == len(diseases) + 49
    assert np.all(np.diff(ratios.offsets.astype(np.int64)) >= 0)


def test_even_a_small_run_is_far_better_than_chance(trained):
    common = json.loads((trained[1] / "common.json").read_text())

    assert common["states"]["0.3"]["top1"] > 0.6
    assert common["states"]["initial"]["top5"] > 0.5
    assert common["noisy_states"]["0.3"]["top1"] < common["states"]["0.3"]["top1"]


def test_reports_put_leakage_last_and_plots_are_pictures(trained):
    _, reports = trained
    names = [s["name"] for s in json.loads((reports / "orphan.json").read_text())["splits"]]

    assert re.match("LEAKY", names[-1])
    assert not any(name.startswith("LEAKY") for name in names[:-1])
    for plot in ("reliability.png", "orphan.png"):
        assert (reports / plot).read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bundle(trained, data, tmp_path):
    bundle, reports = tmp_path / "bundle", tmp_path / "reports"
    bundle.mkdir()
    reports.mkdir()

    train(data, bundle, reports, scale=0.02, seed=1)

    for file in ("common.json", "orphan.json", "gate.json"):
        assert (reports / file).read_text() == (trained[1] / file).read_text()
    for file in trained[0].glob("*.onnx"):
        assert (bundle / file.name).read_bytes() == file.read_bytes()
