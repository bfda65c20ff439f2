"""Profiles changed for single cases: ``python -m centinela_training.orphan.overlay``.

Without the case's own papers (``--leave-paper-out``), or with known patients added (``--support``), never those of the
case's papers nor the case itself. Cases and support are JSON lines ``{id, request: {symptoms, absent}, truth: {codes},
pmids}``, findings by id, truths in the bundle's codes. Out come a header ``{new: [{code, codes}], rows}`` with the
diseases that only the support knows (their rows follow after the bundle's orphan rows) and every row that the support
changes, then a line a case ``{id, rows}``: the rows that differ for it, which take the place of the header's. A row is
``{row, terms, codes, discounted}``; without terms nothing is known of the disease.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..vocabulary import Vocabulary
from . import store
from .knowledge import Disease
from .patients import Case, annotations, rows_by_code
from .profiles import Background, Graph, disease_profile, ratio_vector
from .ratios import Ratios, read_profiles


def read_patients(path: Path, vocabulary: Vocabulary, row_of: Mapping[str, int]) -> list[tuple[str, Case]]:
    """``(id, case)`` of each line; findings outside the vocabulary are left out."""
    patients = []
    for line in path.read_text("utf-8").splitlines():
        told = json.loads(line)
        request, codes = told["request"], told["truth"]["codes"]
        symptoms = request["symptoms"]
        index = [vocabulary.index.get(t) for t in symptoms]
        present = tuple(i for i, v in zip(index, symptoms.values(), strict=True) if i is not None and v > 0)
        denied = [t for t, v in symptoms.items() if not v] + list(request.get("absent", ()))
        absent = tuple(i for t in denied if (i := vocabulary.index.get(t)) is not None)
        row = next((row_of[c] for c in codes if c in row_of), None)
        papers = frozenset(int(str(p).removeprefix("PMID:")) for p in told.get("pmids", ()))
        patients.append((told["id"], Case(present, codes[0] if codes else "", row, papers, "", absent)))
    return patients


class Overlay:
    """``diseases``: the bundle's; those that only the support knows are appended to ``self.diseases``."""

    def __init__(
        self,
        diseases: Sequence[Disease],
        support: Sequence[tuple[str, Case]],
        make_row: Callable[[int, Disease], dict],
    ) -> None:
        self.diseases, self.make_row = list(diseases), make_row
        self.known = len(diseases)
        self.support: dict[int, list[tuple[str, Case]]] = {}
        added: dict[str, int] = {}
        self._touches: dict[int | str, set[int]] = {}
        for name, case in support:
            row = case.row
            if row is None and case.disease:
                row = added.setdefault(case.disease, self.known + len(added))
            if row is not None:
                self.support.setdefault(row, []).append((name, case))
                for key in (name, *case.papers):
                    self._touches.setdefault(key, set()).add(row)
        self.added = list(added)
        self.diseases += [
            Disease(code, (code,), code, code, "en", None, (), frozenset()) for code in self.added
        ]
        self._row_of_added = added

    def header(self) -> dict:
        rows = [self.make_row(row, self._supported(row, frozenset(), "")) for row in sorted(self.support)]
        return {"new": [{"code": c, "codes": [c]} for c in self.added], "rows": rows}

    def changes(self, name: str, case: Case, leave_paper_out: bool) -> dict:
        true = self._row_of_added.get(case.disease) if case.row is None else case.row
        own = set().union(*(self._touches.get(key, ()) for key in (name, *case.papers)))
        forgetful = {true} - {None} if leave_paper_out else set()
        rows = []
        for row in sorted(own | forgetful):
            disease = self._supported(row, case.papers, name)
            rows.append(
                self.make_row(row, store.withdrawn(disease, case.papers) if row in forgetful else disease)
            )
        return {"id": name, "rows": rows}

    def _supported(self, row: int, pmids: frozenset[int], name: str) -> Disease:
        others = [c for n, c in self.support.get(row, ()) if n != name and not c.papers & pmids]
        disease = self.diseases[row]
        return replace(disease, patients=(*disease.patients, *annotations(others)))


class RowMaker:
    """A disease's row as the bundle would hold it."""

    def __init__(self, ratios: Ratios, background: Background, graph: Graph, n_terms: int) -> None:
        self._ratios, self._background, self._graph, self._n = ratios, background, graph, n_terms

    def __call__(self, row: int, disease: Disease) -> dict:
        profile = disease_profile(disease)
        ratio = ratio_vector(profile, self._background, self._graph, self._n) if profile else {}
        codes = self._ratios.kept(ratio) if ratio else {}
        return {
            "row": row,
            "terms": list(codes),
            "codes": list(codes.values()),
            "discounted": bool(disease.patients),
        }


def overlay(
    bundle: Path, data: Path, cases: Path, support: Path | None, leave_paper_out: bool
) -> Iterator[dict]:
    """The header, then the changes of each case in order."""
    vocabulary = Vocabulary(data)
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))["orphan"]
    diseases = store.read_diseases(bundle, vocabulary)
    row_of = rows_by_code(diseases)
    ratios = read_profiles(bundle / manifest["file"], manifest["ratio_min"], manifest["ratio_step"])
    make_row = RowMaker(ratios, store.read_background(bundle), Graph(vocabulary), len(vocabulary.ids))
    known = read_patients(support, vocabulary, row_of) if support else []
    made = Overlay(diseases, known, make_row)
    yield made.header()
    for name, case in read_patients(cases, vocabulary, row_of):
        yield made.changes(name, case, leave_paper_out)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("data"))
    for name in ("bundle", "cases", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--support", type=Path)
    parser.add_argument("--leave-paper-out", action="store_true")
    o = parser.parse_args()
    with o.out.open("w", encoding="utf-8") as file:
        for line in overlay(o.bundle, o.data, o.cases, o.support, o.leave_paper_out):
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
