"""Which reports a model card takes: those of its own bundle, and how vignettes fared."""

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
    shutil.copytree(project / "reports", reports, ignore=shutil.ignore_patterns("experiments"))
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
    assert attribute["blocks"][1]["points"][0] == "En viñetas: no evaluada."


def counted(version, sentinels, benign):
    return {
        "model_version": version,
        "sentinels": {"n": 64, "flagged": sentinels, "share": sentinels / 64, "share_interval": [0.8, 0.95]},
        "benign": {"n": 42, "flagged": benign, "share": benign / 42, "share_interval": [0.1, 0.3]},
    }


def test_vignettes_are_shown_with_which_count_it_was_and_of_which_model(data, copied):
    bundle, reports = copied
    (reports / "experiments").mkdir()
    told = {"first": counted("0.2.0+1", 58, 7), "tuned": counted("0.2.0+2", 61, 8)}
    (reports / "experiments/urgent_vignettes.json").write_text(json.dumps(told), "utf-8")

    attribute = external_validity(build(data, bundle, reports))

    assert attribute["status"] == "measured_afterwards"
    rows = attribute["blocks"][1]["rows"]
    assert [(row[1]["value"], row[2]["value"]) for row in rows] == [(64, 58), (42, 7), (64, 61), (42, 8)]
    assert rows[0][3]["text"] == "90,6 % (80,0–95,0)"
    assert "primer recuento" in rows[0][4]
    assert "ajustado" in rows[2][4]
    assert [row[5] for row in rows] == ["0.2.0+1", "0.2.0+1", "0.2.0+2", "0.2.0+2"]


def test_both_files_are_written_spanish_first(data, copied, tmp_path):
    bundle, reports = copied

    write(data, bundle, reports, tmp_path / "MODEL_CARD.md")

    written_card = json.loads((bundle / "model_card.json").read_text("utf-8"))
    text = (tmp_path / "MODEL_CARD.md").read_text("utf-8")
    assert text.index(written_card["markdown"]["es"]) < text.index(written_card["markdown"]["en"])
