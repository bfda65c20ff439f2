"""Attribute 23: vignettes kept for judging, counted on a finished bundle and so perhaps not counted yet."""

from __future__ import annotations

from .cells import Block, Reports, Table, Text, Words

FILE = "vignettes.json"
SETS = {
    "sentinels": Words("urgencias que no deben pasar por alto", "emergencies that must not be missed"),
    "benign": Words("cuadros leves", "harmless pictures"),
}
FIRST_COUNT = {
    True: Words("primer recuento, con las reglas ya fijadas", "first count, on frozen rules"),
    False: Words("recuento posterior: ajustado a estas viñetas", "later count: tuned to these vignettes"),
}
NOT_YET = Words(
    "En viñetas: no evaluada para esta versión del modelo. De una versión anterior hay cifras en "
    "`reports/experiments/vignettes.json`.",
    "On vignettes: not assessed for this version of the model. Figures of an earlier version stand in "
    "`reports/experiments/vignettes.json`.",
)


def measured(reports: Reports) -> bool:
    return reports.has(FILE)


def validity(reports: Reports) -> list[Block]:
    """The one report that may be missing: it is made from a finished bundle.

    ``vignettes.json``: ``model_version``, and for each set of ``SETS`` ``{n, flagged, first_count}``. Raises ValueError
    where it is of another version.
    """
    if not measured(reports):
        return [Text([NOT_YET])]
    version = reports.manifest["version"]
    if reports.get(FILE, "model_version") != version:
        raise ValueError(f"{FILE} is of {reports.get(FILE, 'model_version')}, not of {version}")
    rows = [
        (
            name,
            reports.count(FILE, key, "n"),
            reports.count(FILE, key, "flagged"),
            FIRST_COUNT[reports.get(FILE, key, "first_count")],
        )
        for key, name in SETS.items()
    ]
    columns = [
        Words("viñetas", "vignettes"),
        Words("número", "number"),
        Words("avisadas como urgentes", "flagged as urgent"),
        Words("recuento", "count"),
    ]
    title = Words(
        "Viñetas reservadas para juzgar (no son pacientes)", "Vignettes kept for judging (no patients)"
    )
    return [Table(title, columns, rows)]
