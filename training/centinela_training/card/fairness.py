"""Attribute 22: the figures of the common part by sex and by age, and the gaps among the truly urgent."""

from __future__ import annotations

from .cells import Block, Image, Reports, Table, Words
from .validity import ECE, FIRST, RECALL, SPECIFICITY, N
from .words import SEX, STATES, WORDINGS, age_band

FILE = "subgroups.json"
SHOWN = "noisy_states", "0.3"
BY = {"sex": Words("sexo", "sex"), "age": Words("edad", "age")}
WAYS = {
    "crude": Words("tal cual", "as it is"),
    "standardised_by_condition": Words("a igualdad de enfermedad", "for equal disease"),
}


def gaps(reports: Reports) -> Table:
    rows = [
        (
            Words(f"{told.es}, {wording.es}", f"{told.en}, {wording.en}"),
            by_name,
            way_name,
            reports.number(FILE, key, kind, by, way, "disparate_impact"),
            reports.number(FILE, key, kind, by, way, "equal_opportunity_difference"),
        )
        for kind, told in STATES.items()
        for key, wording in WORDINGS.items()
        for by, by_name in BY.items()
        for way, way_name in WAYS.items()
    ]
    columns = [
        Words("qué se dice del paciente", "what is told of the patient"),
        Words("por", "by"),
        Words("modo", "way"),
        Words("razón", "ratio"),
        Words("diferencia", "difference"),
    ]
    title = Words(
        "Quién recibe el aviso, entre quienes tienen una urgencia",
        "Who is flagged, among those who have an emergency",
    )
    return Table(title, columns, rows)


def groups(reports: Reports) -> Table:
    key, kind = SHOWN
    rows = []
    for by, label in (("sex", lambda n: SEX[n]), ("age", age_band)):
        for group in reports.get(FILE, key, kind, by, "groups"):
            at = (FILE, key, kind, by, "groups", group)
            rows.append(
                (
                    label(group),
                    reports.count(*at, "n"),
                    reports.count(*at, "urgent_source_rows"),
                    reports.figure(*at, "accuracy"),
                    reports.figure(*at, "urgent_recall"),
                    reports.figure(*at, "urgent_specificity"),
                    reports.number(*at, "ece"),
                )
            )
    told, wording = STATES[kind], WORDINGS[key]
    title = Words(f"Por grupo: {told.es}, {wording.es}", f"By group: {told.en}, {wording.en}")
    columns = [
        Words("grupo", "group"),
        N,
        Words("pacientes con urgencia", "patients with an emergency"),
        FIRST,
        RECALL,
        SPECIFICITY,
        ECE,
    ]
    return Table(title, columns, rows)


def internal(reports: Reports) -> list[Block]:
    alt = Words("Cifras por sexo y por edad", "Figures by sex and by age")
    return [gaps(reports), groups(reports), Image("reports/subgroups.png", alt)]
