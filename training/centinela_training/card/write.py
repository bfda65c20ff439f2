"""Puts the card together and writes it: ``model_card.json`` beside the bundle's files, and ``MODEL_CARD.md``.

The card belongs to one version of the bundle and names it. It is no file of the manifest: the version is a digest over
those, and the card tells it; and what is measured on a finished bundle can be told later without a new version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ..reports.write import write_json
from . import annexes, development, external, fairness, risks, validity
from .cells import LANGS, Block, Reports, Text, Words
from .markdown import markdown
from .policy import policy
from .words import STATUSES

CARD = "model_card.json"
TITLE = Words("Centinela: ficha del modelo", "Centinela: model card")


def measured_blocks(reports: Reports, data: Path, bundle: Path) -> dict[str, list[Block]]:
    """What the run adds to the words of an attribute, by its id."""
    return {
        "risks": [*risks.missed(reports), risks.unlike(reports)],
        "training_criteria": development.criteria(reports),
        "demographic_inputs": development.inputs(data, bundle),
        "representativeness": development.representativeness(reports),
        "internal_validity": [*validity.internal(reports), *development.plots()],
        "internal_fairness": fairness.internal(reports),
        "external_validity": external.validity(reports),
    }


def build(data: Path, bundle: Path, reports_folder: Path) -> dict:
    """The content of ``model_card.json``: the card in both languages, as JSON and as Markdown.

    Raises KeyError, ValueError or OSError where a report is missing or of another run than the bundle.
    """
    reports = Reports(bundle, reports_folder)
    told = json.loads((data / "model_card/attributes.json").read_text("utf-8"))
    notice = Words.of(json.loads((data / "clinical/intended_use.json").read_text("utf-8")))
    blocks = measured_blocks(reports, data, bundle)
    attributes = []
    for attribute in told["attributes"]:
        words = Text([Words.of(text) for text in attribute["text"]])
        later = attribute["id"] == "external_validity" and external.measured(reports)
        status = "measured_afterwards" if later else attribute["status"]
        attributes.append((attribute, status, [words, *blocks.get(attribute["id"], [])]))
    sections = {
        "in_short": annexes.in_short(reports, {a["number"]: status for a, status, _ in attributes}),
        "identity": annexes.identity(reports),
    }
    appended = {
        "targets": (Words("Objetivos", "Targets"), annexes.targets(reports)),
        "policy": (Words("Política de gravedad", "Severity policy"), policy(data)),
    }

    def localised(lang: str) -> dict:
        def of(blocks: list[Block]) -> list[dict]:
            return [b.localised(lang) for b in blocks]

        regulation = told["regulation"]
        return {
            "model_version": reports.manifest["version"],
            "lang": lang,
            "created": reports.manifest["created"],
            "title": TITLE.localised(lang),
            "notice": notice.localised(lang),
            "regulation": {
                "citation": regulation["citation"],
                "title": regulation["title"][lang],
                "note": regulation["note"][lang],
            },
            **{name: of(found) for name, found in sections.items()},
            "groups": [{"id": g["id"], "title": g["title"][lang]} for g in told["groups"]],
            "attributes": [
                {
                    "number": a["number"],
                    "id": a["id"],
                    "group": a["group"],
                    "citation": regulation["citation"] + a["citation"],
                    "title": a["title"][lang],
                    "status": status,
                    "status_text": STATUSES[status].localised(lang),
                    "blocks": of(found),
                }
                for a, status, found in attributes
            ],
            "annexes": [
                {"id": name, "title": title.localised(lang), "blocks": of(found)}
                for name, (title, found) in appended.items()
            ],
        }

    cards = {lang: localised(lang) for lang in LANGS}
    version = reports.manifest["version"]
    return {"model_version": version, **cards, "markdown": {lang: markdown(c) for lang, c in cards.items()}}


def both_languages(card: Mapping) -> str:
    """``MODEL_CARD.md``: Spanish first."""
    english = card["en"]["title"]
    anchor = english.lower().replace(":", "").replace(" ", "-")
    parts = [card["markdown"]["es"], "---\n", card["markdown"]["en"]]
    return f"English: [{english}](#{anchor})\n\n" + "\n".join(parts)


def write(data: Path, bundle: Path, reports_folder: Path, readable: Path | None) -> None:
    """Writes the card into the bundle's folder; ``readable``: also as one Markdown file in both languages."""
    card = build(data, bundle, reports_folder)
    write_json(bundle / CARD, card)
    if readable:
        readable.write_text(both_languages(card), "utf-8")
