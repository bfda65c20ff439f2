import gzip
import hashlib
import json

import jsonschema
import numpy as np
import pytest

from centinela_training.card import CARD, write
from centinela_training.orphan.ratios import read_profiles
from centinela_training.train import Options, train

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def shipped(data):
    return data.parent / "layers/model"


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    """A small training run, end to end: data in, bundle and reports out."""
    bundle, reports = tmp_path_factory.mktemp("bundle"), tmp_path_factory.mktemp("reports")
    train(data, bundle, reports, Options(scale=0.01, seed=1))
    return bundle, reports


def check_bundle(bundle, data):
    manifest = json.loads((bundle / "manifest.json").read_text())
    schema = json.loads((data.parent / "training/manifest.schema.json").read_text())

    jsonschema.validate(manifest, schema)

    assert set(manifest["files"]) == {p.name for p in bundle.iterdir()} - {"manifest.json", CARD}
    for name, entry in manifest["files"].items():
        assert hashlib.sha256((bundle / name).read_bytes()).hexdigest() == entry["sha256"]
    o = manifest["orphan"]
    diseases = json.loads(gzip.decompress((bundle / "orphan_diseases.json.gz").read_bytes()))
    ratios = read_profiles(bundle / o["file"], o["ratio_min"], o["ratio_step"])
    assert ratios.n_rows == len(diseases) + 49
    assert np.all(np.diff(ratios.offsets.astype(np.int64)) >= 0)


def test_the_champion_follows_its_schema_and_names_every_file(shipped, data):
    check_bundle(shipped, data)


def test_the_champions_golden_cases_are_many_and_their_numbers_hold_together(shipped):
    golden = json.loads((shipped / "golden.json").read_text())

    assert len(golden) >= 200
    for case in golden:
        assert sum(case["common"]) == pytest.approx(1, abs=1e-5)
        assert sum(case["gate"]) == pytest.approx(1, abs=1e-6)
        shown = [probability for _, probability in case["top"]]
        assert shown == sorted(shown, reverse=True)


@pytest.mark.slow
def test_a_small_run_makes_a_bundle_and_is_far_better_than_chance(trained, data):
    bundle, reports = trained
    performance = json.loads((reports / "performance.json").read_text())

    check_bundle(bundle, data)
    assert performance["states"]["0.3"]["top1"] > 0.6
    assert performance["states"]["initial"]["top5"] > 0.5
    assert performance["noisy_states"]["0.3"]["top1"] < performance["states"]["0.3"]["top1"]


@pytest.mark.slow
def test_reports_put_leakage_last_and_plots_are_pictures(trained):
    _, reports = trained
    names = [s["name"] for s in json.loads((reports / "orphan.json").read_text())["splits"]]

    assert names[-1].startswith("LEAKY")
    assert not any(name.startswith("LEAKY") for name in names[:-1])
    for plot in ("reliability.png", "orphan.png", "gate.png"):
        assert (reports / plot).read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_a_small_run_gets_its_model_card(trained, data, tmp_path):
    bundle, reports = trained

    write(data, bundle, reports, tmp_path / "MODEL_CARD.md")

    card = json.loads((bundle / CARD).read_text())
    assert card["model_version"] == json.loads((bundle / "manifest.json").read_text())["version"]
    assert len(card["es"]["attributes"]) == 31
    assert (tmp_path / "MODEL_CARD.md").read_text().count("\n#### ") == 62


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bundle(trained, data, tmp_path):
    bundle, reports = tmp_path / "bundle", tmp_path / "reports"
    bundle.mkdir()
    reports.mkdir()

    train(data, bundle, reports, Options(scale=0.01, seed=1))

    for file in ("performance.json", "orphan.json", "gate.json"):
        assert (reports / file).read_text() == (trained[1] / file).read_text()
    for file in trained[0].glob("*.onnx"):
        assert (bundle / file.name).read_bytes() == file.read_bytes()
