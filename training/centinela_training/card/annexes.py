"""What the card says beside the 31 attributes: in short, identity, targets."""

from __future__ import annotations

from collections.abc import Mapping

from .cells import MANIFEST, Block, Figure, Reports, Table, Text, Words
from .development import RUN
from .words import STATUSES, TARGET_PARTS, TARGET_SETS, UNSURE, VERDICTS, asked, named, translated

WHAT, VALUE = Words("qué", "what"), Words("valor", "value")
TARGETS = "targets.json"


def in_short(reports: Reports, status: Mapping[int, str]) -> list[Block]:
    """What somebody who reads nothing else must know. ``status``: of each attribute, by its number."""
    points = [
        Words(
            "No es un producto sanitario autorizado ni se ha probado con pacientes de ningún hospital.",
            "It is no authorised medical device and has been tried on no hospital's patients.",
        ),
        Words(
            "Las enfermedades comunes se aprendieron de **pacientes simulados**; las huérfanas, de anotaciones y de "
            "casos publicados. Ningún profesional clínico ha revisado los ficheros clínicos.",
            "The common conditions were learnt from **simulated patients**; the orphan ones from annotations and from "
            "published cases. No clinician has reviewed the clinical files.",
        ),
        Words(
            "Qué objetivos del diseño alcanza y cuáles no, lo dice el anexo «Objetivos».",
            'Which targets of the design it meets and which it misses is told in the annex "Targets".',
        ),
        Words(
            "«No evaluado», «no consta» y «sin implantar» significan exactamente eso; nada se da por supuesto.",
            '"Not assessed", "not stated" and "not in place" mean just that; nothing is assumed.',
        ),
    ]
    return [Text(points), _main_figures(reports), _states(status)]


def _states(status: Mapping[int, str]) -> Table:
    rows = [
        (name, ", ".join(str(number) for number, s in status.items() if s == key))
        for key, name in STATUSES.items()
        if key in status.values()
    ]
    title = Words("Estado de los 31 atributos", "State of the 31 attributes")
    return Table(title, [Words("estado", "state"), Words("atributos", "attributes")], rows)


def _main_figures(reports: Reports) -> Table:
    rows = [
        (
            Words(
                "enfermedades entrenadas con pacientes simulados", "conditions trained on simulated patients"
            ),
            reports.count(RUN, "conditions", "trained"),
        ),
        (
            Words("enfermedades conocidas solo por textos", "conditions known from texts alone"),
            reports.count(RUN, "conditions", "text_known"),
        ),
        (Words("enfermedades huérfanas", "orphan conditions"), reports.count(RUN, "conditions", "orphan")),
        (
            Words(
                "huérfanas, sin fuga: la verdadera entre las diez primeras",
                "orphan, free of leakage: the true one among the first ten",
            ),
            _leakage_free(reports),
        ),
        (
            Words(
                "comunes (simulados), 30 % de los hallazgos con ruido: la verdadera es la primera",
                "common (simulated), 30 % of the findings, noisy: the true one is first",
            ),
            reports.figure("performance.json", "noisy_states", "0.3", "top1"),
        ),
        (
            Words(
                "urgencias que los modelos avisan (simulados), en la banda de información en que peor van",
                "emergencies that the models flag (simulated), in the band of evidence where they do worst",
            ),
            _worst_recall(reports),
        ),
        (Words("objetivos alcanzados", "targets met"), reports.count(TARGETS, "counts", "met")),
        (Words("objetivos no alcanzados", "targets missed"), reports.count(TARGETS, "counts", "missed")),
        (
            Words("objetivos no medibles aquí", "targets not measurable here"),
            reports.count(TARGETS, "counts", "not measurable here"),
        ),
        (
            Words("validez en pacientes de un hospital", "validity on patients of a hospital"),
            Words("no evaluada", "not assessed"),
        ),
    ]
    return Table(Words("Cifras principales", "Main figures"), [WHAT, VALUE], rows)


def _leakage_free(reports: Reports) -> Figure:
    names = [s["name"] for s in reports.get("orphan.json", "splits")]
    return reports.figure("orphan.json", "splits", names.index("paper_not_in_knowledge"), "top_10", "micro")


def _worst_recall(reports: Reports) -> Figure:
    file = "performance.json"
    bands = [
        reports.figure(file, key, band, "urgent_recall")
        for key in ("urgent_by_evidence", "noisy_urgent_by_evidence")
        for band in reports.get(file, key)
    ]
    return min((b for b in bands if b.value is not None), key=lambda b: b.value)


def identity(reports: Reports) -> list[Block]:
    manifest = reports.manifest
    size = sum(f["bytes"] for f in manifest["files"].values()) / 1e6
    rows = [
        (Words("versión", "version"), manifest["version"]),
        (Words("fecha", "date"), manifest["created"]),
        (
            Words("días hasta la revisión (STALE_MODEL)", "days until review (STALE_MODEL)"),
            reports.count(MANIFEST, "stale_after_days"),
        ),
        (
            Words("commit del código que entrenó", "commit of the code that trained"),
            f"`{manifest['code_commit']}`",
        ),
        (
            Words(
                "cobertura anunciada del conjunto de predicción", "coverage announced of the prediction set"
            ),
            reports.figure(MANIFEST, "sets", "target"),
        ),
        (Words("semilla", "seed"), str(manifest["seed"])),
        (
            Words("tiempo de entrenamiento e informes, segundos", "time of training and reports, seconds"),
            reports.count(RUN, "seconds"),
        ),
        (
            Words("proporción del entrenamiento completo", "share of the full training"),
            reports.figure(RUN, "scale"),
        ),
        (Words("tamaño, MB", "size, MB"), Words(f"{size:.1f}".replace(".", ","), f"{size:.1f}")),
    ]
    return [Table(Words("Este modelo", "This model"), [WHAT, VALUE], rows)]


def targets(reports: Reports) -> list[Block]:
    """Missed ones first."""
    order = list(enumerate(reports.get(TARGETS, "rows")))
    order.sort(key=lambda row: ["missed", "met", "not measurable here"].index(row[1]["verdict"]))

    def row(i: int, target: dict) -> tuple:
        measured: Figure | str = "—"
        if target["measured"] is not None:
            # The interval stands under its own name in this report.
            interval = target["interval"]
            path = ("rows", i, "measured")
            measured = Figure(
                target["measured"], interval and tuple(interval), "number", f"reports/{TARGETS}", path
            )
        return (
            named(TARGET_SETS, target["by"]),
            translated(TARGET_PARTS, target["what"]),
            asked(target["asked"]),
            measured,
            verdict(target),
        )

    columns = [
        Words("origen", "origin"),
        Words("objetivo", "target"),
        Words("se pide", "asked"),
        Words("medido, lo peor", "measured, the worst"),
        Words("resultado", "verdict"),
    ]
    intro = Words(
        "De varias cifras decide la peor. De la parte común solo cuentan los estados con el 30 % o más, "
        "salvo la sensibilidad de urgencia. Lo no medible aquí necesita datos que no forman parte del proyecto.",
        "Of several figures the worst decides. Of the common part only states with 30 % of the findings or more count, "
        "but for urgent recall. What cannot be measured here takes data that are no part of the project.",
    )
    table = Table(
        Words("Objetivos del diseño", "Targets of the design"), columns, [row(i, t) for i, t in order]
    )
    return [Text([intro]), table]


def verdict(target: Mapping) -> Words:
    """A figure whose interval has the limit inside is not certain to be on its side."""
    told = named(VERDICTS, target["verdict"])
    if target.get("interval") is None or target["certain"]:
        return told
    return Words(f"{told.es}, {UNSURE.es}", f"{told.en}, {UNSURE.en}")
