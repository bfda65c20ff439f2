"""Fits the orphan part: the network on simulated patients, the scales on published ones it has no knowledge of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from ..vocabulary import Vocabulary
from . import net as network
from .evaluation import Evaluation, fit_scales
from .knowledge import load_diseases
from .part import Knowledge, OrphanPart, build
from .patients import disease_names, load_cases, with_patients
from .profiles import Graph
from .simulate import Simulator

OLDER = "hpo/phenotype.v2023-01-27.hpoa.gz"


@dataclass(frozen=True)
class Fitted:
    """``bare``: by annotations alone, which is what the honest figures are measured on. ``served``: with the published
    patients in the profiles of their diseases, those that the annotations lack following after the rest."""

    bare: OrphanPart
    served: OrphanPart
    evaluation: Evaluation
    net: network.Net


def fit(
    data: Path,
    vocabulary: Vocabulary,
    trained: sparse.csc_array,
    knowledge: Path | None,
    patients: bool,
    seed: int,
    scale: float,
    log: Callable[[str], None],
) -> Fitted:
    """``knowledge``: another phenotype.hpoa; ``patients``: whether published ones enter the profiles."""
    diseases = load_diseases(data, vocabulary, knowledge)
    graph = Graph(vocabulary)
    annotated = Knowledge.of(diseases, vocabulary, graph)
    log(f"{len(diseases):,} orphan diseases")
    net = network.fit(
        Simulator(annotated.direct, graph),
        annotated.propagated,
        seed,
        max(5, int(network.STEPS * scale)),
        log,
    )
    bare = build(annotated, vocabulary, net, trained)
    cases = load_cases(data, vocabulary, diseases)
    evaluation = Evaluation(bare, cases)
    which = evaluation.honest
    terms = np.array([len(bare.query(evaluation.states[i])) for i in which])
    bare.scales = fit_scales(evaluation.evidence[which], evaluation.row[which], terms)
    log(f"orphan part calibrated on {len(which):,} published patients")
    served = bare
    if patients:
        enriched = with_patients(diseases, cases, disease_names(data))
        served = build(Knowledge.of(enriched, vocabulary, graph), vocabulary, net, trained)
        served.scales = bare.scales
        log(f"{len(enriched):,} diseases with {len(cases):,} published patients")
    return Fitted(bare, served, evaluation, net)


def older_evaluation(data: Path, fitted: Fitted) -> Evaluation:
    """The published patients by the likelihood ratios of 2023-01; its network knows more, and is not to be asked."""
    vocabulary = fitted.bare.vocabulary
    diseases = load_diseases(data, vocabulary, data / OLDER)
    knowledge = Knowledge.of(diseases, vocabulary, fitted.bare.knowledge.graph)
    part = build(knowledge, vocabulary, fitted.net, sparse.csc_array((len(vocabulary.ids), 0)))
    return Evaluation(part, load_cases(data, vocabulary, diseases))
