"""Attribute 10: what goes wrong, counted."""

from __future__ import annotations

from .cells import Block, Reports, Table, Words
from .validity import N
from .words import MADE_UP, bands_from, named


def missed(reports: Reports) -> list[Block]:
    """Emergencies that the models alone do not flag."""
    file = "urgent_misses.json"
    names = {c["key"]: Words.of(c["name"]) for c in reports.manifest["common"]["conditions"]}
    counts = [
        (Words("urgencias simuladas, todas", "simulated emergencies, all"), reports.count(file, "n_urgent")),
        (
            Words("de ellas, sin aviso de los modelos", "of these, not flagged by the models"),
            reports.count(file, "n_missed"),
        ),
    ]
    worst = [
        (names[key], reports.count(file, "by_condition", key)) for key in reports.get(file, "by_condition")
    ]
    return [
        Table(
            Words(
                "Urgencias simuladas que los modelos, sin las reglas de alarma, no avisan",
                "Simulated emergencies that the models, without the red-flag rules, do not flag",
            ),
            [Words("urgencias", "emergencies"), N],
            counts,
        ),
        Table(
            Words("Las peores de ellas, por enfermedad", "The worst of them, by condition"),
            [Words("enfermedad", "condition"), N],
            worst,
        ),
    ]


def unlike(reports: Reports) -> Table:
    """How often a pattern that is nobody's is told to be so."""
    rows = [
        (
            named(MADE_UP, kind),
            told,
            reports.count("support.json", "made_up", kind, band, "n"),
            reports.figure("support.json", "made_up", kind, band, "flagged"),
        )
        for kind, bands in reports.get("support.json", "made_up").items()
        for band, told in bands_from(list(bands)).items()
    ]
    title = Words(
        "Casos inventados que se reconocen como distintos de todo lo conocido (OUT_OF_DISTRIBUTION)",
        "Made-up cases recognised as unlike all that is known (OUT_OF_DISTRIBUTION)",
    )
    columns = [Words("caso", "case"), Words("se sabe", "known"), N, Words("reconocidos", "recognised")]
    return Table(title, columns, rows)
