"""What each few-shot member says of the patients asked about: scores of all base diseases, then of the candidates."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .few_shot_nets import Log, adapt, averaged, meta_learnt, prototypical, siamese, transferred
from .few_shot_task import Episode, Task
from .net import Net, normalised
from .part import NET
from .profiles import matrix, propagate, ratios
from .ratios import Scorer, encode_ratios

LR = "likelihood ratios"
SIMULATED = 8  # patients of each base disease that stand for it in the metric space
TRAINING = {
    "prototypical": prototypical,
    "metric": siamese,
    "MAML-style": meta_learnt,
    "transfer": transferred,
}
ALONE = {
    "prototypical, profile of the support": "prototypical",
    "prototypical, mean of the support": "prototypical",
    "metric (Siamese), mean": "metric",
    "metric (Siamese), nearest": "metric",
    "MAML-style (first-order ANIL)": "MAML-style",
    "transfer from common conditions": "transfer",
}
TOGETHER = {
    f"{LR} + prototypical": "prototypical, profile of the support",
    f"{LR} + metric": "metric (Siamese), mean",
    f"{LR} + MAML-style": "MAML-style (first-order ANIL)",
    f"{LR} + transfer": "transfer from common conditions",
}
BY_PROFILE = ("prototypical, profile of the support", "transfer from common conditions")


@dataclass
class Nets:
    """Trained nets by name, and ``landmarks`` [SIMULATED, base diseases, width]: patients in the metric net."""

    nets: dict[str, Net]
    landmarks: np.ndarray

    @staticmethod
    def train(task: Task, seed: int, steps: int, seconds: dict[str, float], log: Log) -> Nets:
        """``seconds``: of CPU, to which each net's training is added, by name."""
        nets = {}
        for name, learn in TRAINING.items():
            begun = time.process_time()
            nets[name] = learn(task, seed, steps, log)
            seconds[name] += time.process_time() - begun
        return Nets(nets, landmarks(task, nets["metric"], seed))


def landmarks(task: Task, net: Net, seed: int) -> np.ndarray:
    rng, simulator = np.random.default_rng(seed), task.simulator
    every = np.arange(task.n_base)
    drawn = (simulator.closed(*simulator.draw(every, rng), len(every)) for _ in range(SIMULATED))
    return np.array([net.embed(patients) for patients in drawn])


class Likelihood:
    """The likelihood ratios as served, the support in the candidates' profiles."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.base = ratios(task.base.direct, task.base.background, task.base.graph)

    def scores(self, episode: Episode) -> np.ndarray:
        """Sums over the findings divided by the root of their number, as in ``part.py``, [queries, columns]."""
        task = self.task
        direct = matrix(episode.profiles, len(task.vocabulary.ids))
        added = ratios(direct, task.base.background, task.base.graph)
        table = encode_ratios(sparse.csc_array(sparse.hstack([self.base, added])))
        discounted = np.concatenate([np.zeros(task.n_base, bool), episode.supported])
        scorer = Scorer(table, task.vocabulary, discounted)
        asked = [task.cases[i].present for i in episode.queries]
        terms = np.array([max(1, len(scorer.query(p))) for p in asked])
        return (scorer.score(asked) / np.sqrt(terms)[:, None]).astype(np.float32)


def by_profile(task: Task, net: Net, episode: Episode) -> np.ndarray:
    """Cosines with the prototypes of all profiles, [queries, columns]."""
    full = matrix([propagate(p, task.base.graph) for p in episode.profiles], len(task.vocabulary.ids))
    rows = np.concatenate([net.prototypes(task.base.propagated), net.prototypes(full)])
    return net.embed(task.closed[episode.queries]) @ rows.T


def net_scores(task: Task, nets: Nets, episode: Episode) -> dict[str, np.ndarray]:
    """Of each net member alone, by its name in :data:`ALONE`."""
    members = np.array([i for group in episode.support for i in group])
    owner = np.repeat(np.arange(len(episode.support)), [len(group) for group in episode.support])
    n = len(episode.support)

    def embedded(net: Net) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        z, support = net.embed(task.closed[episode.queries]), net.embed(task.closed[members])
        return z, support, normalised(averaged(sparse.csr_array(support), owner, n).toarray())[0]

    net = nets.nets["prototypical"]
    z, _, mean = embedded(net)
    result = {
        "prototypical, profile of the support": by_profile(task, net, episode),
        "prototypical, mean of the support": z
        @ np.concatenate([net.prototypes(task.base.propagated), mean]).T,
        "transfer from common conditions": by_profile(task, nets.nets["transfer"], episode),
    }
    z, support, mean = embedded(nets.nets["metric"])
    centre = normalised(nets.landmarks.mean(0))[0]
    result["metric (Siamese), mean"] = z @ np.concatenate([centre, mean]).T
    nearest = np.full((len(z), task.n_base + n), -1, np.float32)
    for of_base in nets.landmarks:
        np.maximum(nearest[:, : task.n_base], z @ of_base.T, out=nearest[:, : task.n_base])
    starts = np.searchsorted(owner, np.arange(n))
    nearest[:, task.n_base :] = np.maximum.reduceat(z @ support.T, starts, axis=1)
    result["metric (Siamese), nearest"] = nearest
    net = nets.nets["MAML-style"]
    z, support, _ = embedded(net)
    fixed = net.prototypes(task.base.propagated)
    seen = sparse.csr_array(task.closed[members] * net.information[None, :])
    rows = adapt(normalised(averaged(seen, owner, n) @ net.disease)[0], support, owner, fixed)
    result["MAML-style (first-order ANIL)"] = z @ np.concatenate([fixed, rows]).T
    return result


def together(likelihood: np.ndarray, alone: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The likelihood ratios with each net, weighed as served."""
    return {
        name: likelihood + np.float32(NET) * alone[member]
        for name, member in TOGETHER.items()
        if member in alone
    }
