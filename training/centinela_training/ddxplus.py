"""DDXPlus as shipped in ``data/ddxplus``: rows, mended labels, and the tables the simulator draws from.

DDXPlus (Fansi Tchango et al., NeurIPS 2022, CC BY 4.0) is synthetic: every patient here is simulated.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .vocabulary import read_jsonl_gz

# Attribute evidences are resampled together with the question they hang on, from one real row.
GROUPS = {
    "E_53": ("E_54", "E_55", "E_56", "E_57", "E_58", "E_59"),
    "E_129": ("E_130", "E_131", "E_132", "E_133", "E_134", "E_135", "E_136"),
    "E_151": ("E_152",),
    "E_204": (),
}
GROUPED = {*GROUPS, *(e for members in GROUPS.values() for e in members)}

MIN_LOG_MARGIN = 2.0
UNTABLED = "Localized edema"


@dataclass(frozen=True)
class Row:
    """One DDXPlus patient: age in years, sex M or F, positive evidence codes, initial complaint, condition."""

    age: int
    sex: str
    evidences: tuple[str, ...]
    init: str
    condition: str


def root(code: str) -> str:
    return code.split("_@_")[0]


class Ddxplus:
    """``train`` rows with labels (given, or recovered with a log margin above 2), balanced ``test`` rows."""

    def __init__(self, data: Path) -> None:
        table = json.loads((data / "ddxplus/evidence_probabilities.json").read_text("utf-8"))
        self.conditions: list[str] = list(table["prevalence"])
        self.prevalence = np.array([table["prevalence"][c] for c in self.conditions])
        attributes = json.loads((data / "findings/attributes.json").read_text("utf-8"))["attributes"]
        # "no", "nowhere", "not applicable", 0: listed by DDXPlus, yet not positive.
        self.negative = {
            f"{a['evidence']}_@_{v['code']}" for a in attributes for v in a["values"] if v.get("negative")
        }
        conditions = json.loads((data / "ddxplus/release_conditions.json").read_text("utf-8"))
        self.severity: dict[str, int] = {c: conditions[c]["severity"] for c in self.conditions}
        evidences = json.loads((data / "ddxplus/release_evidences.json").read_text("utf-8"))
        self.complaints = {
            e for e, v in evidences.items() if v["data_type"] == "B" and not v["is_antecedent"]
        }
        raw = read_jsonl_gz(data / "ddxplus/patients.jsonl.gz")
        test = [r for r in raw if r["split"] == "test"]
        untabled = [r for r in test if r["y"] == UNTABLED]
        # The only labelled rows of this condition: the even ones make its table, the odd ones test it.
        tabled, tested = untabled[0::2], untabled[1::2]
        self.untabled_train = [self._row(r, UNTABLED) for r in tabled]
        self.test = [self._row(r, r["y"]) for r in [r for r in test if r["y"] != UNTABLED] + tested]
        self.probability = {c: dict(table["probability"].get(c) or {}) for c in self.conditions}
        roots = [{root(e) for e in r["ev"]} for r in tabled]
        for code in sorted(set().union(*roots)):
            self.probability[UNTABLED][code] = (sum(code in r for r in roots) + 0.5) / (len(roots) + 1)
        labelled = [self._row(r, r["y"]) for r in raw if r["split"] == "train" and r["y"]]
        unlabelled = [r for r in raw if r["split"] == "train" and not r["y"]]
        relabelled, margins = self._relabel(unlabelled)
        self.n_labelled, self.n_unlabelled = len(labelled), len(unlabelled)
        self.relabelled = [r for r, m in zip(relabelled, margins, strict=True) if m > MIN_LOG_MARGIN]
        self.pool: dict[str, list[Row]] = defaultdict(list)
        for row in labelled + self.relabelled + self.untabled_train:
            self.pool[row.condition].append(row)

    def _row(self, r: dict, condition: str) -> Row:
        evidences = tuple(e for e in r["ev"] if e not in self.negative)
        return Row(r["age"], r["sex"], evidences, r["init"], condition)

    def _relabel(self, raw: list[dict]) -> tuple[list[Row], list[float]]:
        """Naive Bayes over the published table; 99.2 % right where the label is known (data/README.md)."""
        codes = sorted({e for p in self.probability.values() for e in p})
        column = {e: i for i, e in enumerate(codes)}
        p = np.array([[self.probability[c].get(e, 0.0) for e in codes] for c in self.conditions])
        p = np.clip(p, 1e-4, 1 - 1e-4)
        x = np.zeros((len(raw), len(codes)))
        for i, r in enumerate(raw):
            for e in r["ev"]:
                if root(e) in column:
                    x[i, column[root(e)]] = 1
        logits = x @ np.log(p).T + (1 - x) @ np.log1p(-p).T + np.log(self.prevalence)
        order = np.argsort(logits, axis=1)
        best, second = order[:, -1], order[:, -2]
        at = np.arange(len(raw))
        margins = logits[at, best] - logits[at, second]
        rows = [self._row(r, self.conditions[b]) for r, b in zip(raw, best, strict=True)]
        return rows, margins.tolist()
