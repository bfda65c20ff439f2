"""What each kind of evidence adds to the orphan part: ``reports/orphan_ablation.json`` and its plot.

Each row adds one thing to the row it names; differences are paired, with intervals by cohort. Patients whose paper is
not in the knowledge base and whose disease is; no published patient in any profile. What needs a weight that is not
fixed in ``part.py`` gets the best of a few, chosen on the other half of the cohorts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np

from ..reports.intervals import Clusters
from ..reports.write import write_json
from .evaluation import Evaluation, half_of
from .knowledge import ONSET_YEARS
from .part import NET, UNLIKELY

matplotlib.use("Agg")
from matplotlib import pyplot as plt

TOP = (1, 3, 10)
WEIGHTS = (0.25, 0.5, 1.0)
CERTAIN = 0.9  # even an obligate finding is missed now and then
CHILD_UNDER, ADULT_FROM = 12.0, 16.0  # years
DOMINANT, RECESSIVE = "HP:0000006", "HP:0000007"


def excluded_evidence(evaluation: Evaluation, which: np.ndarray, only_related: bool) -> np.ndarray:
    """Sum over excluded findings of ln(1 - P(finding | disease)), [n, diseases].

    ``only_related``: only those next to something observed, a broader term of which the patient shows.
    """
    part = evaluation.part
    ln_absent = part.knowledge.propagated.copy().tocsr()
    ln_absent.data = np.log1p(-CERTAIN * ln_absent.data)
    up, closures = part.knowledge.graph.up, part.vocabulary.closures
    result = np.zeros((len(which), part.n), np.float32)
    for row, i in enumerate(which):
        case = evaluation.cases[i]
        shown = {a for t in case.present for a in closures[t]}
        for term in case.absent:
            if term not in shown and (not only_related or shown & set(up[term])):
                span = slice(*ln_absent.indptr[term : term + 2])
                result[row, ln_absent.indices[span]] += ln_absent.data[span]
    return result


def adult_onset(evaluation: Evaluation) -> np.ndarray:
    """Whether only onset from :data:`ADULT_FROM` years is known, [diseases]."""
    onsets = [
        [ONSET_YEARS[t] for t in d.onset if t in ONSET_YEARS] for d in evaluation.part.knowledge.diseases
    ]
    return np.array([bool(years) and min(years) >= ADULT_FROM for years in onsets])


def inheritance_evidence(evaluation: Evaluation) -> np.ndarray:
    """1 for a dominant disease, one half for a recessive one, [diseases]: how often each kind is published."""
    diseases = evaluation.part.knowledge.diseases
    return np.array([(DOMINANT in d.inheritance) + 0.5 * (RECESSIVE in d.inheritance) for d in diseases])


class Ablation:
    """Ranks under added evidence, on the honest cases."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.e, self.which = evaluation, evaluation.honest
        cases = [evaluation.cases[i] for i in self.which]
        self.half = half_of(cases)
        self.clusters = Clusters([c.cohort for c in cases])
        _, disease, count = np.unique([c.disease for c in cases], return_inverse=True, return_counts=True)
        self.by_disease = 1 / count[disease]

    def ranks(self, scores: np.ndarray) -> np.ndarray:
        rows = self.e.row[self.which]
        return (scores >= scores[np.arange(len(rows)), rows][:, None]).sum(1).astype(float)

    def weighed(self, base: np.ndarray, added: np.ndarray) -> tuple[np.ndarray, list[float]]:
        """Ranks with the weight that is best for the reciprocal rank on the other half of the cohorts."""
        tried = {w: self.ranks(base + np.float32(w) * added) for w in WEIGHTS}
        ranks, chosen = np.empty(len(self.which)), []
        for side in (0, 1):
            best = max(tried, key=lambda w: float((1 / tried[w][self.half != side]).mean()))
            ranks[self.half == side] = tried[best][self.half == side]
            chosen.append(best)
        return ranks, chosen

    def row(self, name: str, ranks: np.ndarray, before: np.ndarray | None, **more: object) -> dict:
        entry: dict = {"evidence": name, **more}
        for k in TOP:
            for kind, weight in (("micro", None), ("macro", self.by_disease)):
                now = self.clusters.mean((ranks <= k).astype(float), weight)
                entry |= now.entry(f"top_{k}_{kind}")
                if before is not None:
                    gain = (ranks <= k).astype(float) - (before <= k)
                    entry |= self.clusters.mean(gain, weight).entry(f"top_{k}_{kind}_gain")
        return entry


def ablation(evaluation: Evaluation, log: Callable[[str], None]) -> dict:
    a, part = Ablation(evaluation), evaluation.part
    which = a.which
    states = [evaluation.states[i] for i in which]
    terms = np.array([max(1, len(part.query(s))) for s in states], np.float32)[:, None]
    ratios = evaluation.lr[which] / np.sqrt(terms)
    with_net = ratios + np.float32(NET) * evaluation.cosines[which]
    prevalence = part.prevalence.astype(np.float32)
    woman = np.array([s.sex == "F" for s in states])[:, None]
    child = np.array([s.age < CHILD_UNDER for s in states])[:, None]
    base, netted = a.ranks(ratios), a.ranks(with_net)
    rows = [
        a.row("likelihood ratios", base, None, kept=True),
        a.row("prototypical network", netted, base, added_to="likelihood ratios", kept=True),
    ]
    added = {"added_to": "likelihood ratios and network"}
    fixed = {
        "prevalence": (prevalence, True),
        "sex": (UNLIKELY * (woman & part.male_only), True),
        "age of onset (a child, and adults' onset alone known)": (
            UNLIKELY * (child & adult_onset(evaluation)),
            False,
        ),
    }
    for name, (more, kept) in fixed.items():
        ranks = a.ranks(with_net + more.astype(np.float32))
        rows.append(a.row(name, ranks, netted, kept=kept, **added))
    log("ablation: prevalence, sex, age done")
    fitted = {
        "excluded findings": excluded_evidence(evaluation, which, only_related=False) / np.sqrt(terms),
        "excluded findings next to an observed one": excluded_evidence(evaluation, which, only_related=True)
        / np.sqrt(terms),
        "inheritance (dominant diseases are published more)": inheritance_evidence(evaluation).astype(
            np.float32
        ),
    }
    for name, more in fitted.items():
        ranks, weights = a.weighed(with_net, more)
        rows.append(a.row(name, ranks, netted, kept=False, weights=weights, **added))
    everything = a.ranks(evaluation.evidence[which])
    rows.append(a.row("all that is kept", everything, base, added_to="likelihood ratios", kept=True))
    return {
        "patients": "published, paper not in the knowledge base, disease known, no published patient in any profile",
        "n": len(which),
        "intervals": "95 %, bootstrap over cohorts; gains are paired",
        "rows": rows,
    }


def plot(path: Path, report: dict) -> None:
    """Gains in top-1 and top-10, micro, with intervals."""
    rows = [r for r in report["rows"] if "top_1_micro_gain" in r]
    figure, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True, layout="constrained")
    at = np.arange(len(rows))[::-1]
    for axis, k in zip(axes, (1, 10), strict=True):
        gains = np.array([r[f"top_{k}_micro_gain"] for r in rows]) * 100
        low, high = (np.array([r[f"top_{k}_micro_gain_interval"][i] for r in rows]) * 100 for i in (0, 1))
        colours = ["#0072B2" if r["kept"] else "#999999" for r in rows]
        axis.axvline(0, color="0.5", linewidth=1)
        axis.errorbar(gains, at, xerr=[gains - low, high - gains], fmt="none", ecolor="0.6", capsize=3)
        axis.scatter(gains, at, c=colours, s=45, zorder=3)
        axis.set(xlabel=f"gain in top-{k}, points (95 % by cohort)", yticks=at)
        axis.grid(axis="x", alpha=0.3)
    axes[0].set_yticklabels([f"{r['evidence']}" for r in rows], fontsize=9)
    figure.suptitle(
        f"What each kind of evidence adds: {report['n']:,} published patients (blue: kept)", fontsize=11
    )
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)


def write(folder: Path, evaluation: Evaluation, log: Callable[[str], None]) -> dict:
    report = ablation(evaluation, log)
    write_json(folder / "orphan_ablation.json", report)
    plot(folder / "orphan_ablation.png", report)
    return report
