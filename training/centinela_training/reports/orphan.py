"""Tables of the orphan part on published patients: splits in the order of trust, each disease, plots."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..orphan.patients import rows_by_code
from .intervals import RESAMPLES, Clusters, figure
from .plots_orphan import disease_plot, orphan_plot
from .write import write_json

if TYPE_CHECKING:
    from ..orphan.knowledge import Disease
    from ..orphan.patients import Case

TOP = (1, 3, 10)


@dataclass(frozen=True)
class Split:
    """Cases scored alike. ``which`` [cases] boolean; ``ranks`` [cases] from 1, infinite where the disease is unknown.

    ``members``: which ones scored. A leaky split has a name that starts with ``LEAKY``. A split that could not be
    measured has no ``ranks``, and ``what`` says why.
    """

    name: str
    what: str
    members: Sequence[str]
    which: np.ndarray
    ranks: np.ndarray | None = None

    @property
    def leaky(self) -> bool:
        return self.name.startswith("LEAKY")


def micro_macro(
    values: np.ndarray, cohorts: Sequence[str], diseases: Sequence[str]
) -> dict[str, list[float | None]]:
    """Micro and macro means of ``values`` [cases] as ``[mean, low, high]``: 95 % bootstrap over cohorts.

    Macro weighs every disease alike, however many cases it has.
    """
    clusters = Clusters(cohorts)
    _, disease, count = np.unique(diseases, return_inverse=True, return_counts=True)
    result = {}
    for name, weight in (("micro", np.ones(len(values))), ("macro", 1 / count[disease])):
        mean = clusters.mean(np.asarray(values, float), weight)
        result[name] = [figure(mean.value), *(mean.interval or (None, None))]
    return result


def split_figures(split: Split, cases: Sequence[Case]) -> dict:
    """Counts, top-1/3/10, mean reciprocal and median rank of the cases of a split."""
    entry: dict = {"name": split.name, "what": split.what}
    if split.ranks is None:
        return entry | {"measured_here": False}
    entry["members"] = list(split.members)
    chosen = [c for c, wanted in zip(cases, split.which, strict=True) if wanted]
    ranks = split.ranks[split.which]
    cohorts, diseases = [c.cohort for c in chosen], [c.disease for c in chosen]
    unknown = [c.disease for c, rank in zip(chosen, ranks, strict=True) if np.isinf(rank)]
    entry |= {
        "n": len(chosen),
        "diseases": len(set(diseases)),
        "cohorts": len(set(cohorts)),
        "disease_unknown_counted_as_miss": {"n": len(unknown), "diseases": len(set(unknown))},
    }
    for k in TOP:
        entry[f"top_{k}"] = micro_macro(ranks <= k, cohorts, diseases)
    entry["mrr"] = micro_macro(1 / ranks, cohorts, diseases)
    return entry | {"median_rank": figure(np.median(ranks)) if len(ranks) else None}


def splits_in_order(splits: Sequence[Split]) -> list[Split]:
    """As handed in, the most trusted first; raises ValueError unless the leaky ones are all last."""
    if sorted(splits, key=lambda s: s.leaky) != list(splits):
        raise ValueError(f"a leaky split stands before an honest one: {[s.name for s in splits]}")
    return list(splits)


def disease_rows(
    cases: Sequence[Case], diseases: Sequence[Disease], splits: Sequence[Split], with_patients: np.ndarray
) -> list[dict]:
    """One row for each true disease, by code: what is known of it, and its top-k in each measured split."""
    row_of = rows_by_code(diseases)
    codes = np.array([c.disease for c in cases])
    rows = []
    for code in sorted(set(codes)):
        own = np.flatnonzero(codes == code)
        at = row_of.get(code)
        served = at is not None
        row: dict = {
            "disease": code,
            "name": diseases[at].en if served else "",
            "cases": len(own),
            "cohorts": len({cases[i].cohort for i in own}),
            "papers": len({p for i in own for p in cases[i].papers}),
            "in_knowledge": cases[own[0]].row is not None,
            "annotations": len(diseases[at].annotations) if served else 0,
            "patients_in_profile": served and bool(with_patients[at]),
        }
        for split in splits:
            if split.ranks is None:
                continue
            ranks = split.ranks[own][split.which[own]]
            row[f"{split.name}_n"] = len(ranks)
            for k in TOP:
                row[f"{split.name}_top_{k}"] = figure((ranks <= k).mean()) if len(ranks) else None
            median = np.median(ranks) if len(ranks) else np.nan
            row[f"{split.name}_median_rank"] = figure(median)
        rows.append(row)
    return rows


def write_csv(path: Path, rows: Sequence[dict]) -> None:
    """A table with a header; what is not known is empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def orphan_tables(
    folder: Path,
    cases: Sequence[Case],
    diseases: Sequence[Disease],
    splits: Sequence[Split],
    with_patients: np.ndarray,
    calibration: dict,
    more: dict,
) -> dict:
    """Writes ``orphan.json``, ``orphan_diseases.csv``, ``orphan.png`` and ``orphan_diseases.png``; returns the JSON.

    ``diseases``: as served. ``splits``: the most trusted first. ``with_patients`` [diseases]: served profiles that hold
    published patients. ``calibration``: ``ece_held_out`` and ``ece_bins`` ({n, confidence, right}) on held-out
    cohorts. ``more``: further keys of the JSON (knowledge, ablation).
    """
    ordered = splits_in_order(splits)
    rows = disease_rows(cases, diseases, ordered, with_patients)
    report = {
        "data": "Published patients (Phenopacket Store), the half shipped here",
        "order": "the most trusted split first; LEAKY ones last",
        "intervals": f"95 %, {RESAMPLES} bootstrap resamples of cohorts; [mean, low, high]",
        "ties": "count against the true disease",
        "splits": [split_figures(s, cases) for s in ordered],
        "by_disease": by_disease(rows),
        "calibration": calibration,
    } | more
    write_json(folder / "orphan.json", report)
    write_csv(folder / "orphan_diseases.csv", rows)
    orphan_plot(folder / "orphan.png", report["splits"], ordered, calibration)
    disease_plot(folder / "orphan_diseases.png", rows, [s.name for s in ordered if s.ranks is not None])
    return report


def by_disease(rows: Sequence[dict]) -> dict:
    """What the table of diseases says in sum."""
    known = [r for r in rows if r["in_knowledge"]]
    return {
        "table": "orphan_diseases.csv",
        "diseases": len(rows),
        "in_knowledge": len(known),
        "with_patients_in_profile": sum(r["patients_in_profile"] for r in rows),
        "annotations_median": figure(np.median([r["annotations"] for r in known])) if known else None,
    }
