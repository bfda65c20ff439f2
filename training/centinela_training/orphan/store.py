"""What the bundle keeps of the orphan knowledge, so that a disease can be added or a paper forgotten without training.

``orphan_knowledge.json.gz``: every disease's annotations and published patients, by statement.
``orphan_prototypes.npz``: the network's embeddings of diseases in one byte a number, the background of the ratios.
No request reads either.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..vocabulary import Vocabulary
from .knowledge import Annotation, Disease
from .net import Net
from .part import disease_facts
from .profiles import Background

KNOWLEDGE = "orphan_knowledge.json.gz"
PROTOTYPES = "orphan_prototypes.npz"


def _packed(annotations: Sequence[Annotation]) -> list[list]:
    return [[a.term, a.seen, a.of, sorted(a.papers)] for a in annotations]


def _unpacked(rows: list[list]) -> tuple[Annotation, ...]:
    return tuple(Annotation(term, seen, of, frozenset(papers)) for term, seen, of, papers in rows)


def entry(disease: Disease) -> dict:
    """The disease as a row of ``orphan_diseases.json.gz``."""
    marked = {"from_patients": True} if disease.patients else {}
    return disease.entry() | disease_facts(disease).entry() | marked


def write(folder: Path, diseases: Sequence[Disease], background: Background, net: Net) -> None:
    """Writes both files; the same knowledge always gives the same bytes."""
    write_knowledge(folder, diseases)
    scale = np.maximum(np.abs(net.disease).max(1), 1e-9) / 127
    np.savez_compressed(
        folder / PROTOTYPES,
        embedding=np.rint(net.disease / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        information=net.information,
        share=background.share,
        size=np.array(background.size),
    )


def write_knowledge(folder: Path, diseases: Sequence[Disease]) -> None:
    rows = [
        [_packed(d.annotations), _packed(d.patients), sorted(d.papers), list(d.onset), list(d.inheritance)]
        for d in diseases
    ]
    text = json.dumps(rows, separators=(",", ":"))
    (folder / KNOWLEDGE).write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def read_diseases(folder: Path, vocabulary: Vocabulary) -> list[Disease]:
    """The bundle's diseases in its order; raises ValueError where its vocabulary is not the one of ``data``."""
    ids = [t["id"] for t in _json(folder / "vocabulary.json.gz")["terms"]]
    if ids != vocabulary.ids:
        raise ValueError(f"{folder.name}: made with another vocabulary than the one in data/")
    entries, rows = _json(folder / "orphan_diseases.json.gz"), _json(folder / KNOWLEDGE)
    return [
        Disease(
            e["code"],
            tuple(e["codes"]),
            e["en"],
            e["es"],
            e["es_lang"],
            e.get("prevalence"),
            _unpacked(annotations),
            frozenset(papers),
            tuple(onset),
            tuple(inheritance),
            _unpacked(patients),
        )
        for e, (annotations, patients, papers, onset, inheritance) in zip(entries, rows, strict=True)
    ]


def read_background(folder: Path) -> Background:
    stored = np.load(folder / PROTOTYPES)
    return Background(stored["share"], float(stored["size"]))


def read_net(folder: Path) -> Net:
    """The side that makes prototypes; what embeds patients stays in the ONNX model."""
    stored = np.load(folder / PROTOTYPES)
    disease = stored["embedding"] * stored["scale"][:, None]
    return Net(np.zeros_like(disease), disease, stored["information"])


def _json(path: Path) -> list | dict:
    return json.loads(gzip.decompress(path.read_bytes()))


def withdrawn(disease: Disease, pmids: frozenset[int]) -> Disease:
    """Without what the papers state of it, annotations and patients."""
    annotations, patients = (
        tuple(a for a in rows if not a.papers & pmids) for rows in (disease.annotations, disease.patients)
    )
    return replace(disease, annotations=annotations, patients=patients)
