"""Attribute 21: how often the model is right on data of its own sources, what is free of leakage first."""

from __future__ import annotations

from collections.abc import Sequence

from .cells import Block, Figure, Reports, Table, Words
from .words import GROUPS, SPLITS, STATES, WORDINGS, evidence_band, named

LEAKY = "LEAKY"
N = Words("casos", "cases")
FIRST = Words("primera", "first")
FIRST_3 = Words("tres primeras", "first three")
FIRST_10 = Words("diez primeras", "first ten")
ECE = Words("error de calibración", "calibration error")
COVERAGE = Words("cobertura del conjunto", "coverage of the set")
SIZE = Words("tamaño medio del conjunto", "mean size of the set")
RECALL = Words("sensibilidad de urgencia", "urgent recall")
SPECIFICITY = Words("especificidad", "specificity")


def orphan(reports: Reports) -> Table:
    file = "orphan.json"
    splits = [(i, s) for i, s in enumerate(reports.get(file, "splits")) if s.get("measured_here", True)]
    splits.sort(key=lambda split: split[1]["name"].startswith(LEAKY))

    def row(i: int, name: str) -> Sequence[Words | Figure]:
        at = (file, "splits", i)
        return (
            named(SPLITS, name),
            reports.count(*at, "n"),
            reports.count(*at, "diseases"),
            *(reports.figure(*at, top, "micro") for top in ("top_1", "top_3", "top_10")),
            reports.figure(*at, "top_1", "macro"),
            reports.figure(*at, "top_10", "macro"),
        )

    return Table(
        Words("Enfermedades huérfanas: pacientes publicados", "Orphan conditions: published patients"),
        [
            Words("qué se mide", "what is measured"),
            N,
            Words("enfermedades", "diseases"),
            FIRST,
            FIRST_3,
            FIRST_10,
            Words("primera, media por enfermedad", "first, mean over diseases"),
            Words("diez primeras, media por enfermedad", "first ten, mean over diseases"),
        ],
        [row(i, s["name"]) for i, s in splits],
    )


def orphan_calibration(reports: Reports) -> Table:
    return Table(
        Words(
            "Enfermedades huérfanas: calibración en cohortes apartadas, artículo fuera de la base, enfermedad conocida",
            "Orphan conditions: calibration on held-out cohorts, paper not in the base, disease known",
        ),
        [N, ECE],
        [
            (
                reports.count("orphan.json", "calibration", "n"),
                reports.number("orphan.json", "calibration", "ece_held_out"),
            )
        ],
    )


def common(reports: Reports) -> Table:
    file = "performance.json"
    columns = [
        Words("qué se dice del paciente", "what is told of the patient"),
        N,
        FIRST,
        FIRST_3,
        Words("macro-F1", "macro-F1"),
        RECALL,
        SPECIFICITY,
        Words("urgencias tomadas por sanas", "emergencies taken for well"),
        ECE,
    ]
    rows = [
        (
            Words(f"{told.es}, {wording.es}", f"{told.en}, {wording.en}"),
            reports.count(file, key, kind, "n"),
            reports.figure(file, key, kind, "top1"),
            reports.figure(file, key, kind, "top3"),
            reports.number(file, key, kind, "macro_f1"),
            reports.figure(file, key, kind, "urgent_recall"),
            reports.figure(file, key, kind, "urgent_specificity"),
            reports.figure(file, key, kind, "urgent_called_well"),
            reports.number(file, key, kind, "ece"),
        )
        for kind, told in STATES.items()
        for key, wording in WORDINGS.items()
    ]
    return Table(
        Words("Enfermedades comunes: pacientes simulados", "Common conditions: simulated patients"),
        columns,
        rows,
    )


def urgent(reports: Reports) -> Table:
    """Of the models alone: the rules run on top of them."""
    file = "performance.json"
    rows = [
        (
            Words(
                f"{evidence_band(band).es}, {WORDINGS[key].es}",
                f"{evidence_band(band).en}, {WORDINGS[key].en}",
            ),
            reports.count(file, by, band, "n"),
            reports.figure(file, by, band, "urgent_recall"),
            reports.count(file, by, band, "n_complaining"),
            reports.figure(file, by, band, "urgent_recall_of_complaining"),
        )
        for key, by in (("states", "urgent_by_evidence"), ("noisy_states", "noisy_urgent_by_evidence"))
        for band in reports.get(file, by)
    ]
    title = Words(
        "Sensibilidad de urgencia según cuánto se sabe: solo los modelos, sin las reglas de alarma",
        "Urgent recall by how much is known: the models alone, without the red-flag rules",
    )
    columns = [
        Words("se sabe", "known"),
        Words("urgencias", "emergencies"),
        RECALL,
        Words("con un síntoma o signo de hoy", "with a symptom or sign of today"),
        Words("sensibilidad de estas", "recall of these"),
    ]
    return Table(title, columns, rows)


def by_evidence(reports: Reports, kind: str = "0.3") -> Table:
    """Calibration and sets of the common part, by how much is known."""
    file = "calibration.json"

    def row(key: str, band: str) -> Sequence[Words | Figure]:
        known, wording = evidence_band(band), WORDINGS[key]
        of_set = (file, key, kind, "sets", "by_evidence", band)
        return (
            Words(f"{known.es}, {wording.es}", f"{known.en}, {wording.en}"),
            reports.count(file, key, kind, "by_evidence", band, "n"),
            reports.number(file, key, kind, "by_evidence", band, "ece"),
            reports.figure(*of_set, "coverage"),
            reports.count(*of_set, "mean_size"),
        )

    told = STATES[kind]
    title = Words(
        f"Calibración y conjunto de predicción según cuánto se sabe: {told.es}",
        f"Calibration and prediction set by how much is known: {told.en}",
    )
    rows = [row(key, band) for key in WORDINGS for band in reports.get(file, key, kind, "by_evidence")]
    return Table(title, [Words("se sabe", "known"), N, ECE, COVERAGE, SIZE], rows)


def well(reports: Reports) -> Table:
    file = "performance.json"
    return Table(
        Words("Personas sanas simuladas", "Simulated well people"),
        [
            N,
            Words("reconocidas como sanas", "recognised as well"),
            Words("avisadas como urgentes", "flagged as urgent"),
        ],
        [
            (
                reports.count(file, "well", "n"),
                reports.figure(file, "well", "recall"),
                reports.figure(file, "well", "called_urgent"),
            )
        ],
    )


def whole(reports: Reports) -> Table:
    file = "whole.json"
    rows = [
        (
            named(GROUPS, group),
            reports.count(file, "groups", group, "n"),
            reports.count(file, "groups", group, "without_a_row"),
            *(reports.figure(file, "groups", group, k) for k in ("top1", "top3", "top10")),
            reports.number(file, "groups", group, "ece"),
            reports.figure(file, "groups", group, "set_coverage"),
            reports.figure(file, "groups", group, "set_coverage_of_listed"),
            reports.count(file, "groups", group, "set_size"),
        )
        for group in reports.get(file, "groups")
    ]
    title = Words(
        "La lista única de todas las partes, tal como se responde",
        "The one list of all parts, as it is answered",
    )
    columns = [
        Words("pacientes", "patients"),
        N,
        Words(
            "de ellos, con una enfermedad que la lista no tiene",
            "of these, with a disease that the list lacks",
        ),
        FIRST,
        FIRST_3,
        FIRST_10,
        ECE,
        COVERAGE,
        Words("cobertura, solo enfermedades de la lista", "coverage, diseases of the list alone"),
        SIZE,
    ]
    return Table(title, columns, rows)


def merged_calibration(reports: Reports) -> Table:
    at = ("whole.json", "calibration")
    return Table(
        Words(
            "Calibración de la lista única, con los tipos de paciente en la proporción supuesta",
            "Calibration of the one list, kinds of patients in the shares assumed",
        ),
        [N, ECE],
        [(reports.count(*at, "n"), reports.number(*at, "ece"))],
    )


def internal(reports: Reports) -> list[Block]:
    tables = (orphan, orphan_calibration, common, urgent, by_evidence, well, whole, merged_calibration)
    return [table(reports) for table in tables]
