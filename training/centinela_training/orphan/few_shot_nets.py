"""How the few-shot members learn: same simulated patients a step, same steps, same optimiser (``net.py``).

- prototypical: ``net.fit`` as served, smaller;
- metric (Siamese): the patients' tower alone, two patients of a disease against all other pairs of the batch (InfoNCE;
  van den Oord et al., 2018);
- fine-tuning by gradient: first-order ANIL whose rows begin at prototypes (Finn et al., ICML 2017; Raghu et al., ICLR
  2020; Triantafillou et al., ICLR 2020): the inner loop moves the rows of the novel diseases alone, the outer loop both
  towers by the loss after it, the inner loop's own derivative left out;
- transfer: the first steps on patients of the 49 common conditions.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse

from ..softmax import softmax
from .few_shot_task import Task, flat
from .net import BATCH, NEGATIVES, RATE, SHARPNESS, Adam, Net, fit, normalised, through_norm, weighted

WIDTH = 96
STEPS = 250
COMMON_STEPS = 50  # of STEPS, on common conditions
EPISODE_DISEASES, EPISODE_PATIENTS, SHOTS = 32, 8, (1, 3, 5)
INNER_STEPS, INNER_RATE = 3, 0.3
FINE_STEPS, FINE_RATE, FOCAL = 80, 1e-3, 2.0
IMBALANCE = ("no correction", "reweighting", "focal loss", "SMOTE-like")

Log = Callable[[str], None]


def start(task: Task, seed: int) -> Net:
    rng = np.random.default_rng(seed)
    embedding = rng.normal(0, WIDTH**-0.5, (len(task.vocabulary.ids), WIDTH)).astype(np.float32)
    return Net(embedding, embedding.copy(), task.information)


def prototypical(task: Task, seed: int, steps: int, log: Log) -> Net:
    return fit(task.simulator, task.base.propagated, seed, steps, log, start(task, seed))


def transferred(task: Task, seed: int, steps: int, log: Log) -> Net:
    first = steps * COMMON_STEPS // STEPS
    begun = fit(task.common, task.common.profiles, seed, first, log, start(task, seed))
    return fit(task.simulator, task.base.propagated, seed, steps - first, log, begun)


def _seen(task: Task, diseases: np.ndarray, rng: np.random.Generator) -> sparse.csr_array:
    """Simulated patients, one a disease, weighted by information, [patients, terms]."""
    drawn = task.simulator.closed(*task.simulator.draw(diseases, rng), len(diseases))
    return sparse.csr_array(drawn * task.information[None, :])


def siamese(task: Task, seed: int, steps: int, log: Log) -> Net:
    """Both towers of the result are the patients'."""
    rng = np.random.default_rng(seed)
    net = start(task, seed)
    table, pairs = Adam(net.patient), min(BATCH // 2, task.n_base)
    for t in range(1, steps + 1):
        true = rng.choice(task.n_base, pairs, replace=False)
        seen = _seen(task, np.concatenate([true, true]), rng)
        z, length = normalised(seen @ net.patient)
        one, other = z[:pairs], z[pairs:]
        logits = np.float32(SHARPNESS) * (one @ other.T)
        gradient = softmax(logits) + softmax(logits.T).T
        gradient[np.arange(pairs), np.arange(pairs)] -= 2
        gradient *= np.float32(SHARPNESS / (2 * pairs))
        gradient = np.concatenate([gradient @ other, gradient.T @ one])
        table.step(seen.T @ through_norm(z, length, gradient), RATE * (1 - (t - 1) / steps), t)
    log(f"  metric network: {steps} steps")
    return Net(net.patient, net.patient, net.information)


def adapt(rows: np.ndarray, patients: np.ndarray, owner: np.ndarray, fixed: np.ndarray) -> np.ndarray:
    """The inner loop: ``rows`` [c, width] after steps of gradient on their support ``patients`` [s, width].

    ``owner`` [s]: row of each. ``fixed``: rows that compete and stay. All of length one.
    """
    count = np.bincount(owner, minlength=len(rows))
    others = np.exp(np.float32(SHARPNESS) * (patients @ fixed.T - 1)).sum(1, keepdims=True)
    for _ in range(INNER_STEPS):
        p = np.exp(np.float32(SHARPNESS) * (patients @ rows.T - 1))
        p /= p.sum(1, keepdims=True) + others
        p[np.arange(len(owner)), owner] -= 1
        step = p.T @ patients / np.maximum(1, count)[:, None]
        rows = normalised(rows - np.float32(INNER_RATE) * step.astype(np.float32))[0]
    return rows


def meta_learnt(task: Task, seed: int, steps: int, log: Log) -> Net:
    """First-order ANIL from prototypes. Half the patients of a step belong to the episode, half to any disease, so
    that the base diseases' rows are learnt as well."""
    rng = np.random.default_rng(seed)
    net = start(task, seed)
    by_disease = weighted(task.base.propagated, net.information)
    patients, diseases = Adam(net.patient), Adam(net.disease)
    ways = min(EPISODE_DISEASES, task.n_base // 2)
    plain = BATCH - EPISODE_DISEASES * EPISODE_PATIENTS
    for t in range(1, steps + 1):
        episode = rng.choice(task.n_base, ways, replace=False)
        true = rng.integers(task.n_base, size=plain)
        negatives = rng.integers(task.n_base, size=NEGATIVES)
        shown = np.setdiff1d(np.concatenate([true, negatives]), episode)
        column = np.empty(task.n_base, int)
        column[shown], column[episode] = np.arange(len(shown)), len(shown) + np.arange(ways)
        shots = int(rng.choice(SHOTS))
        owner = np.tile(np.arange(ways), EPISODE_PATIENTS)
        support, query = np.split(np.arange(len(owner)), [shots * ways])
        seen = _seen(task, np.concatenate([episode[owner], true]), rng)
        asked = np.concatenate([query, len(owner) + np.arange(plain)])
        target = column[np.concatenate([episode[owner[query]], true])]
        z, length = normalised(seen @ net.patient)
        rows = sparse.vstack([by_disease[shown], averaged(seen[support], owner[support], ways)], format="csr")
        q, q_length = normalised(rows @ net.disease)
        adapted = q.copy()
        adapted[len(shown) :] = adapt(q[len(shown) :], z[support], owner[support], q[: len(shown)])
        p = softmax(np.float32(SHARPNESS) * (z[asked] @ adapted.T))
        p[np.arange(len(asked)), target] -= 1
        p *= np.float32(SHARPNESS / len(asked))
        rate = RATE * (1 - (t - 1) / steps)
        patients.step(seen[asked].T @ through_norm(z[asked], length[asked], p @ adapted), rate, t)
        diseases.step(rows.T @ through_norm(q, q_length, p.T @ z[asked]), rate, t)
    log(f"  MAML-style: {steps} steps")
    return net


def averaged(seen: sparse.csr_array, owner: np.ndarray, n: int) -> sparse.csr_array:
    """Mean of the patients of each of ``n`` owners, [n, terms]."""
    count = np.bincount(owner, minlength=n)
    cells = ((1 / count[owner]).astype(np.float32), (owner, np.arange(len(owner))))
    return sparse.csr_array(cells, shape=(n, len(owner))) @ seen


def mixed(one: tuple[int, ...], other: tuple[int, ...], rng: np.random.Generator) -> tuple[int, ...]:
    """A patient between two: what both show, and each other finding of either by a coin's fall; never none."""
    union = dict.fromkeys((*one, *other))
    kept = tuple(t for t in union if (t in one and t in other) or rng.random() < 0.5)
    return kept or one


def focal_factor(p: np.ndarray, gamma: float) -> np.ndarray:
    """What the focal loss (Lin et al., ICCV 2017) multiplies the gradient of the log loss with, at true ``p``."""
    return (1 - p) ** gamma - gamma * p * (1 - p) ** (gamma - 1) * np.log(p + 1e-9)


def fine_tuned(net: Net, task: Task, published: np.ndarray, how: str, seed: int, steps: int) -> Net:
    """After steps on ``published`` cases of base diseases, half of each batch, simulated patients the other half.

    ``how``: one of :data:`IMBALANCE`; SMOTE-like draws diseases alike and mixes two patients of each (after
    Chawla et al., 2002).
    """
    rng = np.random.default_rng(seed)
    net = Net(net.patient.copy(), net.disease.copy(), net.information)
    by_disease = weighted(task.base.propagated, net.information)
    patients, diseases = Adam(net.patient), Adam(net.disease)
    rows = task.row[published]
    names, group, count = np.unique(rows, return_inverse=True, return_counts=True)
    members = [published[group == g] for g in range(len(names))]
    rarity = count[group] ** -0.5
    rarity /= rarity.mean()
    half = BATCH // 2
    for t in range(1, steps + 1):
        weight = np.ones(BATCH)
        if how == "SMOTE-like":
            drawn = rng.integers(len(names), size=half)
            pairs = [rng.choice(members[g], 2) for g in drawn]
            told = [mixed(task.cases[i].present, task.cases[j].present, rng) for i, j in pairs]
            real = names[drawn]
        else:
            drawn = rng.integers(len(published), size=half)
            told, real = [task.cases[i].present for i in published[drawn]], rows[drawn]
            if how == "reweighting":
                weight[:half] = rarity[drawn]
        simulated = rng.integers(task.n_base, size=half)
        true = np.concatenate([real, simulated])
        seen = sparse.vstack(
            [
                task.simulator.closed(*flat(told), half) * task.information[None, :],
                _seen(task, simulated, rng),
            ],
            format="csr",
        )
        shown = np.unique(np.concatenate([true, rng.integers(task.n_base, size=NEGATIVES)]))
        z, length = normalised(seen @ net.patient)
        q, q_length = normalised(by_disease[shown] @ net.disease)
        p = softmax(np.float32(SHARPNESS) * (z @ q.T))
        at, target = np.arange(BATCH), np.searchsorted(shown, true)
        if how == "focal loss":
            weight[:half] = focal_factor(p[at, target][:half], FOCAL)
        p[at, target] -= 1
        p *= (SHARPNESS / BATCH * weight[:, None]).astype(np.float32)
        rate = FINE_RATE * (1 - (t - 1) / steps)
        patients.step(seen.T @ through_norm(z, length, p @ q), rate, t)
        diseases.step(by_disease[shown].T @ through_norm(q, q_length, p.T @ z), rate, t)
    return net
