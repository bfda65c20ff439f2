"""The gate: is this a trained common condition, one of the broad layer's, or an orphan one?

A multinomial logistic regression over a few numbers of what the parts saw, learnt from patients of the three kinds
written in one vocabulary and matched in number of findings (:mod:`.patients`), so that it reads content and not length.
"""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from .evidence import Evidence

KINDS = ("common", "broad", "orphan")
# Policy, not measurement: no source counts who would be asked about. One patient in ten with an orphan condition is
# a referral clinic's share and not a surgery's: a diagnosis that nobody thinks of is what the product is for. Of the
# other nine, half for the 49 trained conditions, which hold the emergencies: some twenty times as much for each.
PRIOR = (0.45, 0.45, 0.1)
# Where nothing is read no condition known from texts may stand before a trained one: there it would be by prior alone.
SILENT = (0.7, 0.2, 0.1)
# One or two findings are no pattern, however telling each is, and three hardly: P(orphan) stays under every suspicion
# with one, below one half with two and below a high suspicion with three.
MOST_ORPHAN = (0.19, 0.4, 0.65)
# Nor does one finding make it likelier than before that the patient has one of the 49: DDXPlus knows no others, so what
# a single one of them shows (vomiting, confusion) would name that one, and nothing else that vomits.
MOST_COMMON = PRIOR[0]
STRENGTH = 0.3  # inverse of the L2 penalty, on standardised features
FEATURES = (
    "orphan_mean",
    "orphan_best",
    "common_mean",
    "common_best",
    "common_top",
    "common_entropy",
    "well",
    "readable_share",
    "scored_share",
    "ic_mean",
    "ic_max",
    "ln_findings",
    "orphan_mean*ln_findings",
    "common_mean*ln_findings",
    "common_entropy*ln_findings",
    "ic_mean*ln_findings",
    "broad_best",
    "broad_coverage",
    "broad_top_explained",
    "broad_top",
    "broad_entropy",
    "broad_trained",
    "broad_trained*ln_findings",
)
LEAST_MASS = 1e-6
ORPHAN_MEAN, COMMON_MEAN, COMMON_ENTROPY, WELL, IC_MEAN, LN_FINDINGS = 0, 2, 5, 6, 9, 11


def log_mean_exp(x: np.ndarray) -> np.ndarray:
    """ln of the mean of exp over the last axis."""
    peak = x.max(axis=-1, keepdims=True)
    return (peak + np.log(np.exp(x - peak).mean(axis=-1, keepdims=True)))[..., 0]


def gate_features(
    evidence: Evidence,
    lr: np.ndarray,
    n_orphans: int,
    common: np.ndarray,
    summary: np.ndarray,
    trained_mass: np.ndarray,
) -> np.ndarray:
    """What the gate reads, float32 [n, len(FEATURES)]; twin of ``gateFeatures`` in ``core/gate.ts``.

    ``lr`` [n, orphan + trained rows], ``common`` [n, classes], ``summary`` [n, 6] of the broad layer: best likelihood,
    coverage, share explained by the first candidate, its probability, entropy, findings known. ``trained_mass`` [n]:
    what the broad layer gives the trained conditions, which are among its candidates: the trained parts know no others.
    """
    scored = np.maximum(evidence.scored, 1)
    present = np.maximum(evidence.present, 1)
    orphan, trained = lr[:, :n_orphans], lr[:, n_orphans:]
    entropy = -(common * np.log(common + 1e-12)).sum(1) / np.log(common.shape[1])
    ln_findings = np.log1p(evidence.findings)
    core = [
        log_mean_exp(orphan) / np.sqrt(scored),
        orphan.max(1) / scored,
        log_mean_exp(trained) / np.sqrt(scored),
        trained.max(1) / scored,
        common.max(1),
        entropy,
        common[:, -1],
        evidence.readable / present,
        evidence.scored / present,
        evidence.ic_mean,
        evidence.ic_max,
        ln_findings,
    ]
    core += [core[i] * ln_findings for i in (ORPHAN_MEAN, COMMON_MEAN, COMMON_ENTROPY, IC_MEAN)]
    best, *shares, _ = summary.T
    ln_trained = np.log(trained_mass + LEAST_MASS)
    told = [best / np.maximum(evidence.known, 1), *shares, ln_trained, ln_trained * ln_findings]
    return np.column_stack([*core, *told]).astype(np.float32)


def fit_gate(x: np.ndarray, kind: np.ndarray, weight: np.ndarray) -> onnx.ModelProto:
    """``x`` [n, features], ``kind`` [n] index into :data:`KINDS`, ``weight`` [n]; standardising is folded in."""
    from sklearn.linear_model import LogisticRegression

    mean = np.average(x, axis=0, weights=weight)
    spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weight))
    spread = np.where(spread > 1e-6, spread, 1.0)
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    model.fit((x - mean) / spread, kind, sample_weight=weight)
    weights = (model.coef_ / spread).T
    # Fitted on equally many of each kind: their true shares come in as the prior.
    bias = model.intercept_ - mean @ weights + np.log(np.array(PRIOR) * len(PRIOR))
    return gate_onnx(weights, bias)


def gate_onnx(weights: np.ndarray, bias: np.ndarray) -> onnx.ModelProto:
    """``f`` [n, features] -> ``p`` [n, 3] = softmax(f weights + bias)."""
    constants = {"weights": weights.astype(np.float32), "bias": bias.astype(np.float32)}
    nodes = [
        helper.make_node("Gemm", ["f", "weights", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["p"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "gate",
        [helper.make_tensor_value_info("f", TensorProto.FLOAT, [None, len(weights)])],
        [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, len(KINDS)])],
        [numpy_helper.from_array(v, k) for k, v in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


class Gate:
    """The exported gate run by ONNX Runtime: what is measured is what is served."""

    def __init__(self, blob: bytes) -> None:
        self.blob = blob
        self.session = ort.InferenceSession(blob)

    def predict(self, features: np.ndarray) -> np.ndarray:
        """P(common), P(broad), P(orphan), [n, 3]; ``SILENT`` where no layer reads any finding."""
        p = self.session.run(["p"], {"f": features.astype(np.float32)})[0].astype(np.float64)
        p /= p.sum(1, keepdims=True)
        findings = np.rint(np.expm1(features[:, LN_FINDINGS])).astype(int)
        p = np.where(findings[:, None] > 0, p, SILENT)
        most = np.array([1.0, *MOST_ORPHAN, 1.0])[np.minimum(findings, len(MOST_ORPHAN) + 1)]
        return not_common_by_one(held_back(p, most), findings, features[:, WELL])


def held_back(p: np.ndarray, most: np.ndarray) -> np.ndarray:
    """P(orphan) at most ``most`` [n]; common and broad share what is left as they did, [n, 3]."""
    orphan = np.minimum(p[:, 2], most)
    factor = (1 - orphan) / np.maximum(p[:, 0] + p[:, 1], 1e-12)
    return np.column_stack([p[:, 0] * factor, p[:, 1] * factor, 1 - (p[:, 0] + p[:, 1]) * factor])


def not_common_by_one(p: np.ndarray, findings: np.ndarray, well: np.ndarray) -> np.ndarray:
    """P(one of the 49) at most :data:`MOST_COMMON` where there is one finding; what it loses is broad's, [n, 3].

    ``well`` [n]: P("no relevant disease" | common), whose share stays out of it.
    """
    most = np.where(findings == 1, MOST_COMMON / np.maximum(1 - well, MOST_COMMON), 1)
    common = np.minimum(p[:, 0], most)
    return np.column_stack([common, p[:, 1] + p[:, 0] - common, p[:, 2]])
