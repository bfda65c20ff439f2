"""Who answers for the severities: the rules that make one of a condition, and what each wrong one costs."""

from __future__ import annotations

import json
from pathlib import Path

from .annexes import VALUE, WHAT
from .cells import Block, Table, Text, Words

COSTS = "clinical/severity_costs.json"


def policy(data: Path) -> list[Block]:
    told = json.loads((data / COSTS).read_text("utf-8"))
    signature = told["signature"]
    rows = [
        (Words("fichero", "file"), f"`data/{COSTS}`"),
        (Words("responsable", "owner"), Words.of(told["owner"])),
        (Words("fecha", "date"), signature["date"]),
        (Words("SHA-256 firmado", "SHA-256 signed"), f"`{signature['sha256']}`"),
        (
            Words("revisada por un profesional clínico", "reviewed by a clinician"),
            Words("sí", "yes") if told["reviewed_by_clinician"] else Words("no", "no"),
        ),
    ]
    classes = [row["truth"] for row in told["rows"]]
    costs = [(row["truth"], *(_cost(row["shown"][c]) for c in classes)) for row in told["rows"]]
    columns = [Words("verdadera \\ mostrada", "true \\ shown"), *(Words(c, c) for c in classes)]
    return [
        Text([Words.of(told["what"])]),
        Table(Words("Quién responde de ella", "Who answers for it"), [WHAT, VALUE], rows),
        Table(Words("Costes", "Costs"), columns, costs),
        Text(
            [
                Words(f"{r['truth']}: {r['reason']['es']}", f"{r['truth']}: {r['reason']['en']}")
                for r in told["rows"]
            ]
        ),
    ]


def _cost(value: float) -> Words:
    return Words(f"{value:g}".replace(".", ","), f"{value:g}")
