"""Ranks of the few-shot members, and their figures with intervals by cohort."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from ..reports.intervals import Clusters, Estimate, figure
from ..reports.orphan import TOP
from .evaluation import half_of
from .few_shot_task import Episode, Task

OFFSETS = 11


def ranks(scores: np.ndarray, column: np.ndarray, n_base: int, offset: float) -> np.ndarray:
    """From 1, ties against us, of the true ``column`` once ``offset`` is taken from the columns past ``n_base``."""
    true = scores[np.arange(len(scores)), column]
    novel = column >= n_base
    above = (scores[:, :n_base] >= (true - offset * novel).astype(np.float32)[:, None]).sum(1)
    return above + (scores[:, n_base:] >= (true + offset * ~novel).astype(np.float32)[:, None]).sum(1)


class Table:
    """Members measured on the same patients: those of the episodes, one after the other.

    ``excused``: boolean [cases], who is not judged.
    """

    def __init__(self, task: Task, episodes: Sequence[Episode], excused: np.ndarray | None = None) -> None:
        self.task, self.episodes = task, episodes
        asked = np.concatenate([e.queries for e in episodes])
        self.judged = np.ones(len(asked), bool) if excused is None else ~excused[asked]
        cases = [task.cases[i] for i in asked]
        self.novel = np.concatenate([e.column >= task.n_base for e in episodes])
        self.clusters = Clusters([c.cohort for c in cases])
        self.half = np.empty(len(cases), int)
        for kind in (True, False):
            at = np.flatnonzero(self.novel == kind)
            self.half[at] = half_of([cases[i] for i in at])
        _, disease, count = np.unique([c.disease for c in cases], return_inverse=True, return_counts=True)
        self.by_disease = self.judged / count[disease]

    def mean(self, values: np.ndarray, kind: str, of: str) -> Estimate:
        """``kind`` micro or macro; ``of`` novel, base, or both: the mean of the two."""
        weight = self.by_disease if kind == "macro" else self.judged
        if of != "both":
            return self.clusters.mean(values, weight * (self.novel == (of == "novel")))
        novel, base = self.mean(values, kind, "novel"), self.mean(values, kind, "base")
        return Estimate((novel.value + base.value) / 2, (novel.resampled + base.resampled) / 2)

    def served(self, scores: Sequence[np.ndarray]) -> np.ndarray:
        """Ranks by the scores as they are."""
        return self._ranks(scores, 0.0)

    def _ranks(self, scores: Sequence[np.ndarray], offset: float) -> np.ndarray:
        pairs = zip(scores, self.episodes, strict=True)
        return np.concatenate([ranks(s, e.column, self.task.n_base, offset) for s, e in pairs])

    def balanced(self, scores: Sequence[np.ndarray]) -> tuple[np.ndarray, list[float]]:
        """Ranks with the offset between candidates and base that is best, for both kinds of patients alike, on the
        other half of the cohorts; and the two offsets."""
        n = self.task.n_base
        lead = np.concatenate([s[:, n:].max(1) - s[:, :n].max(1) for s in scores])
        tried = [0.0, *np.quantile(lead, np.linspace(0.03, 0.97, OFFSETS)).tolist()]
        all_ranks = [self._ranks(scores, offset) for offset in tried]
        result, chosen = np.empty(len(lead)), []
        for side in (0, 1):
            others = self.half != side
            quality = [self._reciprocal(r, others) for r in all_ranks]
            best = int(np.argmax(quality))
            result[~others] = all_ranks[best][~others]
            chosen.append(tried[best])
        return result, chosen

    def _reciprocal(self, of: np.ndarray, which: np.ndarray) -> float:
        kinds = (which & self.novel, which & ~self.novel)
        return float(sum(np.average(1 / of[k], weights=self.by_disease[k]) for k in kinds if k.any()))

    def entry(self, runs: Sequence[np.ndarray], baseline: Sequence[np.ndarray] | None) -> dict:
        """Top-k and reciprocal rank of novel and base patients, the latter of both, macro; means over the seeds'
        ``runs``; gains over ``baseline`` are paired."""
        now, before = quality(runs), quality(baseline) if baseline is not None else {}

        def part(of: str, names: Sequence[str], kinds: Sequence[str]) -> dict:
            result = {}
            for name, kind in product(names, kinds):
                result[f"{name}_{kind}"] = _triple(self.mean(now[name], kind, of))
                if before:
                    gain = self.mean(now[name] - before[name], kind, of)
                    result[f"{name}_{kind}_gain"] = _triple(gain)
            return result

        alone = {of: part(of, list(now), ("micro", "macro")) for of in ("novel", "base")}
        return alone | {"both": part("both", ["mrr"], ["macro"])}

    def gain(self, runs: Sequence[np.ndarray], over: Sequence[np.ndarray]) -> list[float | None]:
        """In macro reciprocal rank, of novel and base patients alike."""
        return _triple(self.mean(quality(runs)["mrr"] - quality(over)["mrr"], "macro", "both"))

    def counts(self) -> dict:
        asked = np.concatenate([e.queries for e in self.episodes])
        result = {}
        for name, kind in (("novel", True), ("base", False)):
            chosen = [self.task.cases[i] for i in asked[(self.novel == kind) & self.judged]]
            result[name] = {
                "patients": len(chosen),
                "diseases": len({c.disease for c in chosen}),
                "cohorts": len({c.cohort for c in chosen}),
            }
        supported = [int(e.supported.sum()) for e in self.episodes]
        prior = figure(np.log(self.task.n_base / np.mean(supported)))
        return result | {"candidates_with_support": supported, "ln_prior_of_the_mix": prior}


def quality(runs: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Top-k hits and reciprocal ranks, [queries], means over the seeds' ranks."""
    hits = {f"top_{k}": np.mean([r <= k for r in runs], 0) for k in TOP}
    return hits | {"mrr": np.mean([1 / r for r in runs], 0)}


def _triple(estimate: Estimate) -> list[float | None]:
    return [figure(estimate.value), *(estimate.interval or (None, None))]
