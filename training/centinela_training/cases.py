"""Writes the shipped patients as cases for ``npm run evaluate``: ``python -m centinela_training.cases``.

One JSON object a line: ``{id, request, truth: {codes, urgent?}, pmids?}``. Published patients keep their observed and
excluded HPO terms; DDXPlus test rows become what a doctor would type, at three amounts of evidence.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from pathlib import Path

from .common.ensemble import Common
from .ddxplus import Ddxplus
from .orphan.report import CASES, Case
from .simulate import State
from .vocabulary import Vocabulary, read_jsonl_gz

# Only the common part reads age and sex; a published patient without them gets these, and is marked.
UNKNOWN_AGE = 30.0
INTENSITY = 5
SEED = 20261121
KINDS = {"initial": "initial", "0.3": "30", "0.5": "50"}


def years(duration: str | None) -> float | None:
    """ISO 8601 duration (``P5Y8M``) in years; None where there is none."""
    if not duration:
        return None
    parts = {unit: int(n) for n, unit in re.findall(r"(\d+)([YMWD])", duration.split("T")[0])}
    total = parts.get("Y", 0) + parts.get("M", 0) / 12 + parts.get("W", 0) / 52 + parts.get("D", 0) / 365
    return min(120.0, round(total, 2))


def state_request(state: State, vocabulary: Vocabulary) -> dict:
    """A simulated state by slugs, every present finding at the same intensity."""
    slug = lambda t: vocabulary.terms[t].get("slug", vocabulary.ids[t])  # noqa: E731
    request = {
        "symptoms": {slug(t): INTENSITY for t in state.present},
        "age": state.age,
        "gender": state.sex,
    }
    if state.absent:
        request["absent"] = [slug(t) for t in state.absent]
    return request


def case_request(case: Case, vocabulary: Vocabulary) -> dict:
    """A published patient's observed terms by HPO id."""
    return {
        "symptoms": {vocabulary.ids[t]: INTENSITY for t in case.present},
        "age": UNKNOWN_AGE,
        "gender": "O",
    }


def published(data: Path, vocabulary: Vocabulary) -> list[dict]:
    rows = []
    for c in read_jsonl_gz(data / CASES):
        known = lambda terms: [  # noqa: E731
            n for t in terms if (n := vocabulary.replaced.get(t, t)) in vocabulary.index
        ]
        observed = list(dict.fromkeys(known(c["obs"])))
        age = years(c["age"])
        request = {
            "symptoms": dict.fromkeys(observed, INTENSITY),
            "absent": [t for t in dict.fromkeys(known(c["exc"])) if t not in observed],
            "age": UNKNOWN_AGE if age is None else age,
            "gender": {"MALE": "M", "FEMALE": "F"}.get(c["sex"], "O"),
        }
        rows.append(
            {
                "id": c["id"],
                "cohort": c["cohort"],
                "age_known": age is not None,
                "request": request,
                "truth": {"codes": c["idis"]},
                "pmids": c["pmid"],
            }
        )
    return rows


def simulated(data: Path, vocabulary: Vocabulary) -> dict[str, list[dict]]:
    ddxplus = Ddxplus(data)
    clinical = json.loads((data / "clinical/conditions.json").read_text("utf-8"))["conditions"]
    code = {c["ddxplus_name"]: f"ICD10:{c['icd10']}" for c in clinical}
    common = Common(ddxplus, vocabulary, SEED, 0.0, print)
    result = {}
    for kind, name in KINDS.items():
        states = common.held_out(ddxplus.test, (kind,), noise=False)
        result[name] = [
            {
                "id": f"test-{s.row}-{name}",
                "request": state_request(s, vocabulary),
                "truth": {
                    "codes": [code[s.condition]],
                    "urgent": bool(common.urgent[common.class_of[s.condition]]),
                },
            }
            for s in states
        ]
    return result


def write(path: Path, rows: list[dict]) -> None:
    text = "".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in rows)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{path}: {len(rows):,} cases")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("data"))
    data = parser.parse_args().data
    vocabulary = Vocabulary(data)
    (data / "cases").mkdir(exist_ok=True)
    write(data / "cases/phenopackets.jsonl.gz", published(data, vocabulary))
    for name, rows in simulated(data, vocabulary).items():
        write(data / f"cases/ddxplus_{name}.jsonl.gz", rows)


if __name__ == "__main__":
    main()
