"""Kinds of disease for the confusion matrices: DDXPlus severity, and body system by ICD-10 chapter."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

SEVERITY_NAMES = {1: "1, gravest", 2: "2", 3: "3", 4: "4", 5: "5, mildest"}
NO_DISEASE = "no relevant disease"
# First code of each chapter of ICD-10; the respiratory one is cut into its upper and lower blocks.
SYSTEMS = {
    "A00": "infectious",
    "C00": "neoplasm",
    "D50": "blood, immune",
    "E00": "endocrine, metabolic",
    "F00": "mental",
    "G00": "nervous",
    "H00": "eye",
    "H60": "ear",
    "I00": "circulatory",
    "J00": "upper airway",
    "J09": "lower airway",
    "J30": "upper airway",
    "J40": "lower airway",
    "K00": "digestive",
    "L00": "skin",
    "M00": "musculoskeletal",
    "N00": "genitourinary",
    "O00": "pregnancy",
    "P00": "perinatal",
    "Q00": "congenital",
    "R00": "symptom",
    "S00": "injury, poisoning",
}


def body_system(icd10: str) -> str:
    """Chapter of an ICD-10 code such as ``J93.11``; raises ValueError for anything else."""
    if not re.fullmatch(r"[A-T]\d[\dA-Z](\.\w+)?", icd10):
        raise ValueError(f"not an ICD-10 code of a disease: {icd10}")
    return [name for first, name in SYSTEMS.items() if first <= icd10[:3]][-1]


def kinds_of_disease(data: Path, conditions: list[str]) -> dict[str, list[str]]:
    """``severity`` and ``system`` -> the kind of each class, the healthy last; ``conditions`` by DDXPlus name."""
    clinical = json.loads((data / "clinical/conditions.json").read_text("utf-8"))["conditions"]
    by_name = {c["ddxplus_name"]: c for c in clinical}
    return {
        "severity": [SEVERITY_NAMES[by_name[c]["ddxplus_severity"]] for c in conditions] + [NO_DISEASE],
        "system": [body_system(by_name[c]["icd10"]) for c in conditions] + [NO_DISEASE],
    }


def confusion(truth: list[str] | np.ndarray, said: list[str] | np.ndarray, order: list[str]) -> dict:
    """Counts, rows true and columns said, in ``order``; true kinds that do not occur have a row of zeros."""
    index = {name: i for i, name in enumerate(order)}
    counts = np.zeros((len(order), len(order)), int)
    np.add.at(counts, ([index[t] for t in truth], [index[s] for s in said]), 1)
    return {"kinds": order, "rows_true_columns_said": counts.tolist()}


def disease_confusion(y: np.ndarray, predicted: np.ndarray, kind_of: list[str]) -> dict:
    """Confusion of the kinds of the true and the first-ranked class, [n] each; the healthy last."""
    order = [*sorted(set(kind_of) - {NO_DISEASE}), NO_DISEASE]
    return confusion([kind_of[c] for c in y], [kind_of[c] for c in predicted], order)
