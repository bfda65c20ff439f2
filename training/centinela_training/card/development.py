"""Attributes 11 to 13: what the models learnt from, which demographic data they read, and who the patients are."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

from .cells import Block, Image, Reports, Table, Words
from .words import RELEASE_PARTS, SEX, age_band, translated

RUN = "training.json"
DRAWN = "simulated_patients"
ROWS = {
    "ddxplus_labelled": Words(
        "DDXPlus, filas de entrenamiento con diagnóstico", "DDXPlus, train rows with a diagnosis"
    ),
    "ddxplus_relabelled": Words(
        "DDXPlus, filas cuyo diagnóstico perdido se recuperó con margen",
        "DDXPlus, rows whose lost diagnosis was recovered by a margin",
    ),
    "ddxplus_left_out": Words(
        "DDXPlus, filas excluidas: sin diagnóstico recuperable",
        "DDXPlus, rows left out: no diagnosis recovered",
    ),
    "ddxplus_test_rows_for_a_table": Words(
        "DDXPlus, filas de prueba usadas para la tabla de «Localized edema» y por ello no juzgadas",
        'DDXPlus, test rows used for the table of "Localized edema" and so not judged',
    ),
    "ddxplus_drawn_from": Words(
        "DDXPlus, filas de las que se simulan pacientes", "DDXPlus, rows that patients are simulated from"
    ),
    "ddxplus_kept_for_blend": Words(
        "DDXPlus, filas apartadas para combinar los modelos", "DDXPlus, rows kept to combine the members"
    ),
    "ddxplus_kept_for_calibration": Words(
        "DDXPlus, filas apartadas para calibrar", "DDXPlus, rows kept to calibrate"
    ),
    "ddxplus_test": Words("DDXPlus, filas de prueba", "DDXPlus, test rows"),
    "simulated_states": Words("estados de pacientes simulados, todos", "states of simulated patients, all"),
    "simulated_states_of_the_trees": Words(
        "de ellos, los que aprenden los árboles", "of these, those that the trees learn from"
    ),
    "orphan_annotations": Words("anotaciones de enfermedades huérfanas", "annotations of orphan diseases"),
    "published_patients": Words("casos publicados", "published cases"),
    "published_patients_in_profiles": Words(
        "de ellos, los que entran en los perfiles que se sirven", "of these, those in the profiles served"
    ),
}
RELEASES = {
    "hpo": Words("HPO, ontología", "HPO, ontology"),
    "hpo_annotations": Words("HPO, anotaciones de enfermedades", "HPO, annotations of diseases"),
    "hpo_es": Words("HPO, términos en español", "HPO, Spanish labels"),
    "orphanet": Words("Orphanet", "Orphanet"),
    "mondo": Words("Mondo, equivalencias exactas", "Mondo, exact matches"),
    "ddxplus": Words("DDXPlus (pacientes simulados)", "DDXPlus (simulated patients)"),
    "phenopackets": Words("Phenopacket Store (casos publicados)", "Phenopacket Store (published cases)"),
    "findings": Words("hallazgos y sinónimos (propios)", "findings and synonyms (ours)"),
    "common_diseases": Words("enfermedades comunes en textos", "common diseases in texts"),
    "disease_ontology": Words("Disease Ontology", "Disease Ontology"),
}


def criteria(reports: Reports) -> list[Block]:
    rows = [(name, reports.count(RUN, "rows", key)) for key, name in ROWS.items()]
    releases = [
        (RELEASES.get(key, key), translated(RELEASE_PARTS, release))
        for key, release in reports.manifest["data_releases"].items()
    ]
    return [
        Table(
            Words("Filas por fuente", "Rows by source"),
            [Words("fuente", "source"), Words("número", "number")],
            rows,
        ),
        Table(
            Words("Versiones de los datos", "Data releases"),
            [Words("datos", "data"), Words("versión", "release")],
            releases,
        ),
    ]


def inputs(data: Path, bundle: Path) -> list[Block]:
    """Raises KeyError for a finding that the vocabulary does not know."""
    told = json.loads((data / "model_card/demographic_inputs.json").read_text("utf-8"))
    terms = json.loads(gzip.decompress((bundle / "vocabulary.json.gz").read_bytes()))["terms"]
    of = {term["id"]: term for term in terms}
    rows = [
        (Words.of(v["name"]), Words.of(v["use"]), _findings([of[i] for i in v["findings"]]))
        for v in told["variables"]
    ]
    columns = [
        Words("variable", "variable"),
        Words("uso", "use"),
        Words("hallazgos del vocabulario", "findings of the vocabulary"),
    ]
    return [
        Table(Words("Variables demográficas y sociales", "Demographic and social variables"), columns, rows)
    ]


def _findings(terms: list[Mapping]) -> Words:
    if not terms:
        return Words("ninguno", "none")
    return Words("; ".join(t["es"] for t in terms), "; ".join(t["en"] for t in terms))


def representativeness(reports: Reports) -> list[Block]:
    """Of whom the models learnt, by sex and by age."""
    who = {
        "ddxplus_rows": Words("filas de DDXPlus", "DDXPlus rows"),
        "simulated_patients": Words("pacientes simulados", "simulated patients"),
        "published_patients": Words("casos publicados", "published cases"),
    }

    def cell(group: str, by: str, name: str) -> object:
        told = reports.get(RUN, "demographics", group, by)
        if name not in told:
            return "—"
        unit = "share" if group == DRAWN else "count"
        return reports.figure(RUN, "demographics", group, by, name, unit=unit)

    tables = []
    for by, title, label in (
        ("sex", Words("Por sexo", "By sex"), lambda n: SEX[n]),
        ("age", Words("Por edad", "By age"), age_band),
    ):
        names = reports.get(RUN, "demographics", "published_patients", by)
        rows = [(label(n), *(cell(group, by, n) for group in who)) for n in names]
        total = ("—" if group == DRAWN else reports.count(RUN, "demographics", group, "n") for group in who)
        rows.append((Words("todos", "all"), *total))
        tables.append(Table(title, [Words("grupo", "group"), *who.values()], rows))
    return tables


def plots() -> list[Block]:
    """Beside the figures of attribute 21."""
    alt = {
        "orphan": Words("Huérfanas: posición de la enfermedad verdadera", "Orphan: rank of the true disease"),
        "reliability": Words("Calibración de la parte común", "Reliability of the common part"),
        "whole_reliability": Words("Calibración de la lista única", "Reliability of the merged list"),
    }
    return [Image(f"reports/{name}.png", words) for name, words in alt.items()]
