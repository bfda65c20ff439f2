"""Which reports a model card takes: those of its own bundle, and vignettes that were counted on it."""

from __future__ import annotations

import json
import shutil

import pytest

from centinela_training.card.write import build, write


@pytest.fixture
def copied(project, tmp_path):
    """Copies of what the card is made of: the manifest, the vocabulary and the reports."""
    bundle, reports = tmp_path / "bundle", tmp_path / "reports"
    bundle.mkdir()
    for name in ("manifest.json", "vocabulary.json.gz"):
        shutil.copy(project / "layers/model" / name, bundle)
    shutil.copytree(
        project / "reports", reports, ignore=shutil.ignore_patterns("experiments", "vignettes.json")
    )
    return bundle, reports


def test_reports_of_another_run_are_refused(data, copied):
    bundle, reports = copied
    performance = json.loads((reports / "performance.json").read_text("utf-8"))
    performance["states"]["0.3"]["top1"] += 0.01
    (reports / "performance.json").write_text(json.dumps(performance), "utf-8")

    with pytest.raises(ValueError, match="not of the same training run"):
        build(data, bundle, reports)


def external_validity(card):
    return card["es"]["attributes"][22]


def test_vignettes_not_yet_counted_are_not_assessed(data, copied):
    attribute = external_validity(build(data, *copied))

    assert attribute["status"] == "not_assessed"
    assert "no evaluada para esta versión" in attribute["blocks"][1]["points"][0]


def vignettes(bundle, **changed):
    version = json.loads((bundle / "manifest.json").read_text("utf-8"))["version"]
    told = {
        "model_version": version,
        "sentinels": {"n": 64, "flagged": 58, "first_count": True},
        "benign": {"n": 47, "flagged": 7, "first_count": False},
    }
    return json.dumps(told | changed)


def test_vignettes_counted_on_this_model_are_shown_with_which_count_it_was(data, copied):
    bundle, reports = copied
    (reports / "vignettes.json").write_text(vignettes(bundle), "utf-8")

    attribute = external_validity(build(data, bundle, reports))

    assert attribute["status"] == "measured_afterwards"
    sentinels, benign = attribute["blocks"][1]["rows"]
    assert [sentinels[1]["value"], sentinels[2]["value"]] == [64, 58]
    assert "primer recuento" in sentinels[3]
    assert "ajustado" in benign[3]


def test_vignettes_counted_on_another_model_are_refused(data, copied):
    bundle, reports = copied
    (reports / "vignettes.json").write_text(vignettes(bundle, model_version="0.1.0+00000000"), "utf-8")

    with pytest.raises(ValueError, match="is of 0"):
        build(data, bundle, reports)


def test_both_files_are_written_spanish_first(data, copied, tmp_path):
    bundle, reports = copied

    write(data, bundle, reports, tmp_path / "MODEL_CARD.md")

    written_card = json.loads((bundle / "model_card.json").read_text("utf-8"))
    text = (tmp_path / "MODEL_CARD.md").read_text("utf-8")
    assert text.index(written_card["markdown"]["es"]) < text.index(written_card["markdown"]["en"])
