"""Attribute 23: vignettes kept for judging, counted on a finished bundle and so perhaps not counted yet."""

from __future__ import annotations

from .cells import Block, Reports, Table, Text, Words

FILE = "experiments/urgent_vignettes.json"
SETS = {
    "sentinels": Words("urgencias que no deben pasar por alto", "emergencies that must not be missed"),
    "benign": Words("cuadros leves", "harmless pictures"),
}
COUNTS = {
    "first": Words("primer recuento, con las reglas ya fijadas", "first count, on frozen rules"),
    "tuned": Words("recuento posterior: ajustado a estas viñetas", "later count: tuned to these vignettes"),
}
NOT_YET = Words("En viñetas: no evaluada.", "On vignettes: not assessed.")


def measured(reports: Reports) -> bool:
    return reports.has(FILE)


def validity(reports: Reports) -> list[Block]:
    """The one report that may be missing: it is made from a finished bundle, and each count names that bundle."""
    if not measured(reports):
        return [Text([NOT_YET])]
    rows = [
        (
            name,
            reports.count(FILE, count, key, "n"),
            reports.count(FILE, count, key, "flagged"),
            reports.figure(FILE, count, key, "share"),
            told,
            str(reports.get(FILE, count, "model_version")),
        )
        for count, told in COUNTS.items()
        if reports.get(FILE).get(count)
        for key, name in SETS.items()
    ]
    columns = [
        Words("viñetas", "vignettes"),
        Words("número", "number"),
        Words("avisadas como urgentes", "flagged as urgent"),
        Words("proporción", "share"),
        Words("recuento", "count"),
        Words("modelo", "model"),
    ]
    title = Words(
        "Viñetas reservadas para juzgar (no son pacientes)", "Vignettes kept for judging (no patients)"
    )
    return [Table(title, columns, rows)]
