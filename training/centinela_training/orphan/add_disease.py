"""Adds a disease to a bundle without training: ``python -m centinela_training.orphan.add_disease``.

From its HPO annotations, from patients, or from both; a disease that is there already gets further patients. What the
file says: ``docs/add-disease.md``. The new row follows the orphan ones; no other row's ratios, prototype or name
change. The golden cases belong to the training run and are emptied; so does the model card, which is left out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from ..broad.part import CONDITIONS as BROAD
from ..bundle import file_entries, write_gz, write_manifest
from ..card import CARD
from ..vocabulary import Vocabulary
from . import published, store
from .disease_file import FIELDS, DiseaseError, Reader
from .knowledge import Disease
from .net import bytes_and_scales
from .overlay import RowMaker
from .patients import rows_by_code
from .profiles import Graph, disease_profile, matrix, propagate
from .ratios import Ratios, read_profiles, write_profiles

PAPERS = "papers.json.gz"


@dataclass(frozen=True)
class Place:
    """Row of the disease, and whether it is a new one: then whatever stood there and after it moves on by one."""

    row: int
    new: bool

    def put(self, rows: list, value: object) -> list:
        return [*rows[: self.row], value, *rows[self.row + (not self.new) :]]


def with_row(ratios: Ratios, place: Place, codes: Mapping[int, int]) -> Ratios:
    """``codes`` by term."""
    n_terms = len(ratios.offsets) - 1
    term = np.repeat(np.arange(n_terms), np.diff(ratios.offsets.astype(np.int64)))
    rows = ratios.rows.astype(np.int64)
    kept = np.ones(len(rows), bool) if place.new else rows != place.row
    rows = rows + (place.new & (rows >= place.row))
    terms = np.concatenate([term[kept], np.array(list(codes), np.int64)])
    rows = np.concatenate([rows[kept], np.full(len(codes), place.row)])
    values = np.concatenate([ratios.codes[kept], np.array(list(codes.values()), np.uint8)])
    order = np.lexsort((rows, terms))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(terms, minlength=n_terms))])
    return replace(
        ratios,
        offsets=offsets.astype(np.uint32),
        rows=rows[order].astype(np.uint16),
        codes=values[order],
        n_rows=ratios.n_rows + place.new,
    )


def with_prototype(model: onnx.ModelProto, place: Place, prototype: np.ndarray) -> onnx.ModelProto:
    """``prototype`` [1, width]: a column of the network's last layer."""
    [column], [scale] = bytes_and_scales(prototype)
    put = {"prototype": column[:, None], "prototype_scale": scale}
    result = onnx.ModelProto.FromString(model.SerializeToString())
    for weight in result.graph.initializer:
        if weight.name in put:
            before, after = np.split(numpy_helper.to_array(weight), [place.row], axis=-1)
            value = np.broadcast_to(put[weight.name], (*before.shape[:-1], 1)).astype(before.dtype)
            joined = np.concatenate([before, value, after[..., not place.new :]], axis=-1)
            weight.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(joined), weight.name))
    result.graph.output[0].type.tensor_type.shape.dim[1].dim_value += place.new
    return result


def _read_gz(path: Path) -> list:
    return json.loads(gzip.decompress(path.read_bytes()))


class Addition:
    """A disease on its way into a copy of ``bundle``; raises DiseaseError, ValueError for another vocabulary."""

    def __init__(self, bundle: Path, told: object, vocabulary: Vocabulary, graph: Graph) -> None:
        if not isinstance(told, Mapping):
            raise DiseaseError("file", told, f"an object with the fields {', '.join(FIELDS)}")
        self._bundle = bundle
        self._manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
        orphan = self._manifest["orphan"]
        self._diseases = store.read_diseases(bundle, vocabulary)
        self._ratios = read_profiles(bundle / orphan["file"], orphan["ratio_min"], orphan["ratio_step"])
        reader = Reader(vocabulary)
        row = rows_by_code(self._diseases).get(reader.code(told))
        self._place = Place(len(self._diseases) if row is None else row, row is None)
        if row is None:
            self._disease = reader.disease(told)
            self._refuse_taken()
        else:
            self._disease = _with_patients(self._diseases[row], told, reader)
        self.added = self._disease.patients if row is None else reader.patients(told)
        make_row = RowMaker(self._ratios, store.read_background(bundle), graph, len(vocabulary.ids))
        made = make_row(self._place.row, self._disease)
        self._codes = dict(zip(made["terms"], made["codes"], strict=True))
        if not self._codes:
            raise DiseaseError(
                "annotations",
                told.get("annotations"),
                "at least one finding that the disease shows, and that another disease shows as well",
            )
        propagated = matrix([propagate(disease_profile(self._disease), graph)], len(vocabulary.ids))
        self._prototype = store.read_net(bundle).prototypes(propagated)

    def _refuse_taken(self) -> None:
        """No code may stand for two conditions of the one list."""
        for codes, whose in self._taken():
            for code in self._disease.codes:
                if code in codes:
                    raise DiseaseError("codes", code, f"it is already there as {whose}")

    def _taken(self) -> Iterable[tuple[Sequence[str], str]]:
        for d in self._diseases:
            yield d.codes, f"{d.code}, {d.en}"
        for c in self._manifest["common"]["conditions"]:
            yield (c["code"], *c["codes"]), f"a common condition, {c['name']['en']}"
        for c in _read_gz(self._bundle / BROAD):
            yield (c["code"], *c["codes"]), f"a condition of the broad layer, {c['en']}"

    def write(self, out: Path) -> str:
        """Writes the bundle into ``out``, which must not be there yet; the new version."""
        place, orphan = self._place, self._manifest["orphan"]
        shutil.copytree(self._bundle, out, ignore=shutil.ignore_patterns(CARD))
        write_profiles(out / orphan["file"], with_row(self._ratios, place, self._codes))
        net = onnx.load(out / orphan["net"]["file"])
        changed = with_prototype(net, place, self._prototype)
        (out / orphan["net"]["file"]).write_bytes(changed.SerializeToString(deterministic=True))
        entries = _read_gz(out / orphan["diseases_file"])
        write_gz(out / orphan["diseases_file"], place.put(entries, store.entry(self._disease)))
        diseases = place.put(self._diseases, self._disease)
        store.write_knowledge(out, diseases)
        published.write_typical(out, diseases)
        if place.new:
            # Whoever is told in the file is no published patient of the shipped collection.
            patients = _read_gz(out / published.PUBLISHED)
            write_gz(out / published.PUBLISHED, place.put(patients, []))
        write_gz(out / BROAD, [self._moved(c) for c in _read_gz(out / BROAD)])
        papers = {p for a in self.added for p in a.papers}
        write_gz(out / PAPERS, sorted(papers.union(_read_gz(out / PAPERS))))
        (out / "golden.json").write_text("[]\n", "utf-8")
        (out / "manifest.json").unlink()
        write_manifest(out / "manifest.json", self._manifest | {"files": file_entries(out)})
        return json.loads((out / "manifest.json").read_text("utf-8"))["version"]

    def _moved(self, candidate: dict) -> dict:
        """A candidate of the broad layer that points to a row after the orphan ones."""
        row = candidate.get("row", -1)
        return candidate | {"row": row + 1} if self._place.new and row >= self._place.row else candidate


def _with_patients(disease: Disease, told: Mapping, reader: Reader) -> Disease:
    for name in told:
        if name not in ("code", "patients"):
            raise DiseaseError(name, told[name], f"{disease.code} is already there and can only get patients")
    patients = reader.patients(told)
    if not patients:
        raise DiseaseError(
            "code", told["code"], f"it is already there, {disease.en}; only patients can be added"
        )
    return replace(disease, patients=(*disease.patients, *patients))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="npm run add-disease --",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--disease", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, default=Path("layers/model"))
    parser.add_argument("--data", type=Path, default=Path("data"))
    o = parser.parse_args()
    if o.out.exists():
        parser.error(f"--out: {o.out} is already there")
    try:
        told = json.loads(o.disease.read_text("utf-8"))
        vocabulary = Vocabulary(o.data)
        version = Addition(o.bundle, told, vocabulary, Graph(vocabulary)).write(o.out)
    except json.JSONDecodeError as error:
        parser.exit(1, f"{o.disease}: not JSON, {error}\n")
    except (OSError, ValueError) as error:
        parser.exit(1, f"{o.disease}: {error}\n")
    print(f"{o.out}: {version}; golden.json is empty, for its cases belong to a training run")


if __name__ == "__main__":
    main()
