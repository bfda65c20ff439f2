"""Writes patients as cases for ``npm run evaluate``: ``python -m centinela_training.cases``.

One JSON object a line: ``{id?, request, truth: {codes, urgent?}, pmids?, cohort?}``. Without options the shipped
patients: published ones keep their observed and excluded HPO terms; DDXPlus test rows become what a doctor would type,
at three amounts of evidence. ``--ddxplus ROWS --state 0.3 --out FILE`` words any DDXPlus rows the same way;
``--simulate 6 --out FILE`` writes such rows of six patients a condition, drawn from the training tables.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

from .ddxplus import Ddxplus, Row
from .orphan.patients import CASES, UNTOLD_AGE, Case, load_cases
from .simulate import Simulator, State
from .vocabulary import Vocabulary, read_jsonl_gz

MOST_URGENT_SEVERITY = 2  # of DDXPlus's 1 (worst) to 5: what the models call urgent
INTENSITY = 5
CHIEF_INTENSITY = 8  # the finding that troubles most is told by its intensity
SEED = 20261121
KINDS = {"initial": "initial", "0.3": "30", "0.5": "50"}
STATES = (*KINDS, "full")


def state_request(state: State, vocabulary: Vocabulary) -> dict:
    """A simulated state by slugs, present findings alike intense but for the chief complaint."""
    slug = lambda t: vocabulary.terms[t].get("slug", vocabulary.ids[t])  # noqa: E731
    request = {
        "symptoms": {
            slug(t): CHIEF_INTENSITY if t == state.chief else INTENSITY
            for t in state.present
            if t not in state.history
        },
        "age": state.age,
        "gender": state.sex,
    }
    if state.history:
        request["medical_history"] = [slug(t) for t in state.history]
    if state.absent:
        request["absent"] = [slug(t) for t in state.absent]
    return request


def case_request(case: Case, vocabulary: Vocabulary) -> dict:
    """A published patient's observed terms by HPO id."""
    return {
        "symptoms": {vocabulary.ids[t]: INTENSITY for t in case.present},
        "age": UNTOLD_AGE,
        "gender": "O",
    }


def published(data: Path, vocabulary: Vocabulary) -> list[dict]:
    """Who is told without an age or a sex gets ``UNTOLD_AGE`` and ``O``, and is marked."""
    ids, rows = vocabulary.ids, []
    for raw, case in zip(read_jsonl_gz(data / CASES), load_cases(data, vocabulary, ()), strict=True):
        request = {
            "symptoms": {ids[t]: INTENSITY for t in case.present},
            "absent": [ids[t] for t in case.absent if t not in case.present],
            "age": UNTOLD_AGE if case.age is None else case.age,
            "gender": case.sex,
        }
        rows.append(
            {
                "id": raw["id"],
                "cohort": case.cohort,
                "age_known": case.age is not None,
                "request": request,
                "truth": {"codes": [case.disease]},
                "pmids": raw["pmid"],
            }
        )
    return rows


class Rows:
    """DDXPlus rows as cases: plain states, in which every evidence is named by a finding that means exactly it."""

    def __init__(self, data: Path, vocabulary: Vocabulary) -> None:
        self.vocabulary, self.ddxplus = vocabulary, Ddxplus(data)
        self._simulator = Simulator(self.ddxplus, vocabulary, SEED)
        clinical = json.loads((data / "clinical/conditions.json").read_text("utf-8"))["conditions"]
        self._code = {c["ddxplus_name"]: f"ICD10:{c['icd10']}" for c in clinical}

    def case(self, row: Row, kind: str) -> dict:
        """``{request, truth}`` of the row told as far as ``kind``, one of :data:`STATES`."""
        wording = self._simulator.wording
        if any(wording.exact.get(e) or wording.loose.get(e) for e in row.evidences):
            state = self._simulator.state(row, kind, noise=False)
        else:  # nothing that a doctor would name: no finding, and so no answer
            state = State([], [], row.age, row.sex, row.condition)
        return {
            "request": state_request(state, self.vocabulary),
            "truth": {
                "codes": [self._code[row.condition]],
                "urgent": self.ddxplus.severity[row.condition] <= MOST_URGENT_SEVERITY,
            },
        }

    def simulate(self, n: int) -> list[dict]:
        """``n`` simulated patients of each condition as JSON rows; none of them is a test row."""
        patients = [self._simulator.patient(c) for c in self.ddxplus.conditions for _ in range(n)]
        return [
            {"age": p.age, "sex": p.sex, "ev": p.evidences, "init": p.init, "y": p.condition}
            for p in patients
        ]

    def read(self, path: Path) -> list[Row]:
        """Rows as JSON lines ``{age, sex, ev, init, y}``, without the values that mean "no"."""
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return [
            Row(
                r["age"],
                r["sex"],
                tuple(e for e in r["ev"] if e not in self.ddxplus.negative),
                r["init"],
                r["y"],
            )
            for r in rows
        ]


def simulated(data: Path, vocabulary: Vocabulary) -> dict[str, list[dict]]:
    rows = Rows(data, vocabulary)
    return {
        name: [{"id": f"test-{i}-{name}"} | rows.case(r, kind) for i, r in enumerate(rows.ddxplus.test)]
        for kind, name in KINDS.items()
    }


def json_lines(rows: list[dict]) -> str:
    return "".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in rows)


def write(path: Path, rows: list[dict]) -> None:
    path.write_bytes(gzip.compress(json_lines(rows).encode(), 9, mtime=0))
    print(f"{path}: {len(rows):,} cases")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument(
        "--ddxplus", type=Path, help="word these rows (JSON lines) instead of the shipped patients"
    )
    parser.add_argument("--state", choices=STATES, default="0.3", help="how much of each row is told")
    parser.add_argument("--simulate", type=int, help="write so many simulated rows of each condition instead")
    parser.add_argument("--out", type=Path, help="where the rows go")
    args = parser.parse_args()
    data, vocabulary = args.data, Vocabulary(args.data)
    if args.simulate:
        args.out.write_text(json_lines(Rows(data, vocabulary).simulate(args.simulate)), "utf-8")
        return
    if args.ddxplus:
        rows = Rows(data, vocabulary)
        args.out.write_text(json_lines([rows.case(r, args.state) for r in rows.read(args.ddxplus)]), "utf-8")
        return
    (data / "cases").mkdir(exist_ok=True)
    write(data / "cases/phenopackets.jsonl.gz", published(data, vocabulary))
    for name, rows in simulated(data, vocabulary).items():
        write(data / f"cases/ddxplus_{name}.jsonl.gz", rows)


if __name__ == "__main__":
    main()
