"""Few-shot members compared on published patients: ``python -m centinela_training.orphan.few_shot``.

Writes ``few_shot.json`` and ``few_shot.png``. The task: :mod:`few_shot_task`; the learning: :mod:`few_shot_nets`.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from ..experiment import experiment_parser
from ..progress import Progress
from ..reports.write import write_json
from .few_shot_figures import Table
from .few_shot_members import (
    ALONE,
    BY_PROFILE,
    LR,
    SIMULATED,
    Likelihood,
    Nets,
    by_profile,
    net_scores,
    together,
)
from .few_shot_nets import FINE_STEPS, IMBALANCE, SHOTS, STEPS, WIDTH, Log, fine_tuned
from .few_shot_plot import plot
from .few_shot_task import Task, load_task
from .net import BATCH

SEEDS = (1, 2)
FITTED = f"{LR}, offset fitted"
MEASURE = "mrr_macro"
OVER_FITTED = f"{MEASURE}_gain_over_offset_fitted"
IMBALANCE_SHOTS = 3
UNTUNED = "no fine-tuning"

WHAT = {
    LR: "the served way: support patients in the profile, the served discount; the baseline",
    FITTED: "the same, the offset between candidates and base fitted as for all below",
    "prototypical, profile of the support": "disease tower on the profile that the support patients make",
    "prototypical, mean of the support": "mean of the support patients' embeddings",
    "metric (Siamese), mean": "patient tower alone, InfoNCE on pairs of simulated patients; cosine with the mean "
    f"of the support, for base diseases of {SIMULATED} simulated patients",
    "metric (Siamese), nearest": "the same, the nearest of them",
    "MAML-style (first-order ANIL)": "rows begin at the support's prototypes, inner steps of gradient move "
    "them; first-order outer loop over simulated episodes",
    "transfer from common conditions": "a fifth of the steps on DDXPlus patients of the 49 common conditions, the rest "
    "as the prototypical network; profile of the support",
}


def measured(
    task: Task, shots: int, keep: bool, likelihood: Likelihood, runs: list[Nets], log: Log
) -> tuple[Table, dict[str, list[np.ndarray]], dict[str, list[list[float]]]]:
    """Ranks by member, one array a seed, and the offsets chosen. ``keep``: novel diseases keep their annotations."""
    episodes = task.episodes(shots, keep)
    table = Table(task, episodes)
    lr = [likelihood.scores(e) for e in episodes]
    ranks: dict[str, list[np.ndarray]] = defaultdict(list)
    offsets: dict[str, list[list[float]]] = defaultdict(list)

    def add(name: str, scores: list[np.ndarray]) -> None:
        found, chosen = table.balanced(scores)
        ranks[name].append(found)
        offsets[name].append([round(o, 4) for o in chosen])

    ranks[LR].append(table.served(lr))
    add(FITTED, lr)
    for nets in runs:
        if keep:
            alone = [
                {name: by_profile(task, nets.nets[ALONE[name]], e) for name in BY_PROFILE} for e in episodes
            ]
        else:
            alone = [net_scores(task, nets, e) for e in episodes]
        for name in alone[0]:
            add(name, [a[name] for a in alone])
        both = [together(s, a) for s, a in zip(lr, alone, strict=True)]
        for name in both[0]:
            add(name, [b[name] for b in both])
    log(f"{shots} support patients{', annotations kept' if keep else ''}: {len(ranks)} members measured")
    return table, ranks, offsets


def tables(task: Task, runs: list[Nets], keep: bool, log: Log) -> list[dict]:
    likelihood, result = Likelihood(task), []
    for shots in SHOTS:
        table, ranks, offsets = measured(task, shots, keep, likelihood, runs, log)
        members = [
            {"member": name, "offsets": offsets.get(name, [])}
            | table.entry(found, None if name == LR else ranks[LR])
            for name, found in ranks.items()
        ]
        for m in members:
            if m["member"] not in (LR, FITTED):
                m["both"][OVER_FITTED] = table.gain(ranks[m["member"]], ranks[FITTED])
        result.append({"support_patients": shots, **table.counts(), "members": members})
    return result


def imbalance(task: Task, runs: list[Nets], steps: int, log: Log) -> dict:
    """Fine-tuning on one side of the base cohorts' papers; measured on novel diseases and the other side's papers."""
    novel_papers = {p for c, n in zip(task.cases, task.novel, strict=True) if n for p in c.papers}
    learnt_side = (task.row >= 0) & ~task.novel & (task.side == 0)
    published = np.array([i for i in np.flatnonzero(learnt_side) if not task.cases[i].papers & novel_papers])
    episodes = task.episodes(IMBALANCE_SHOTS)
    table = Table(task, episodes, learnt_side)
    ranks: dict[str, list[np.ndarray]] = defaultdict(list)
    for seed, nets in zip(SEEDS, runs, strict=False):
        net = nets.nets["prototypical"]
        for how in (UNTUNED, *IMBALANCE):
            tuned = net if how == UNTUNED else fine_tuned(net, task, published, how, seed, steps)
            ranks[how].append(table.balanced([by_profile(task, tuned, e) for e in episodes])[0])
        log(f"fine-tuning against imbalance measured, seed {seed}")
    per_disease = np.unique([task.cases[i].disease for i in published], return_counts=True)[1]
    return {
        "what": "the prototypical network, alone, fine-tuned on published patients of the base cohorts; "
        "base: patients of other papers",
        "support_patients": IMBALANCE_SHOTS,
        "fine_tuned_on": {
            "patients": len(published),
            "diseases": len(per_disease),
            "largest_disease": int(per_disease.max()),
            "median_disease": float(np.median(per_disease)),
        },
        **table.counts(),
        "methods": [
            {"method": how} | table.entry(found, None if how == UNTUNED else ranks[UNTUNED])
            for how, found in ranks.items()
        ],
    }


def judged(result: list[dict]) -> dict:
    """Members by :data:`MEASURE`, the mean over the numbers of support patients; what is kept, and why.

    The best is kept where its gain over the likelihood ratios with an offset fitted like its own could not be luck for
    most numbers of support patients; else those ratios, the simplest.
    """
    means: dict[str, float] = defaultdict(float)
    sure: dict[str, int] = defaultdict(int)
    for table in result:
        for m in table["members"]:
            means[m["member"]] += m["both"][MEASURE][0] / len(result)
            sure[m["member"]] += m["both"].get(OVER_FITTED, [0, 0, 0])[1] > 0
    ranking = sorted(means, key=lambda name: -means[name])
    best = ranking[0]
    kept = best if sure[best] > len(result) / 2 else FITTED
    why = (
        f"{best} ranks first ({means[best]:.3f}), {FITTED} has {means[FITTED]:.3f}, the served ones "
        f"{means[LR]:.3f}; the interval of the gain over the ratios with an offset is above 0 for {sure[best]} of "
        f"{len(result)} numbers of support patients"
    )
    return {
        "kept": kept,
        "why": why,
        "measure": f"{MEASURE}, mean of novel and base patients and over the numbers of support patients",
        "ranking": [{"member": name, "value": round(means[name], 4)} for name in ranking],
    }


def compare(task: Task, steps: int, fine_steps: int, log: Log) -> dict:
    """The whole report."""
    runs: list[Nets] = []
    seconds: dict[str, float] = defaultdict(float)
    for seed in SEEDS:
        runs.append(Nets.train(task, seed, steps, seconds, log))
        log(f"nets trained, seed {seed}")
    by_support = tables(task, runs, False, log)
    return {
        "patients": "published (Phenopacket Store, the half shipped here); training patients are simulated",
        "task": "every other cohort is novel: its diseases are known by k published patients of other papers alone, "
        f"among all {task.n_base:,} other diseases, known by annotations alone; asked about: novel patients, and base "
        "patients whose paper no annotation cites",
        "budget": f"width {WIDTH}, {steps} steps of {BATCH} simulated patients each, seeds {list(SEEDS)}",
        "offset": "between candidates and base diseases: chosen on the other half of the cohorts, for novel and base "
        "patients alike; without it a member that puts all candidates first would win on novel patients. It acts as a "
        "prior for diseases known by patients, who are more among those asked about here than in any clinic "
        "(ln_prior_of_the_mix: what that alone is worth, in the units of the likelihood ratios): only members with "
        "the same offset rule compare, and the gain over the served baseline is mostly the offset's",
        "intervals": "95 %, bootstrap over cohorts; [mean, low, high]; gains are paired",
        "seconds_of_training": {name: round(total / len(SEEDS)) for name, total in seconds.items()},
        "what": WHAT,
        **judged(by_support),
        "support_alone": by_support,
        "annotations_kept": {
            "what": "novel diseases keep their annotations too; nets never trained on them; uncited papers only",
            "tables": tables(task, runs, True, log),
        },
        "imbalance": imbalance(task, runs, fine_steps, log),
    }


def main() -> None:
    options = experiment_parser(__doc__).parse_args()
    log = Progress()
    task = load_task(options.data)
    log(f"{task.n_base:,} base diseases, {int(task.novel.sum()):,} patients of novel ones")
    report = compare(task, STEPS, FINE_STEPS, log)
    write_json(options.output_dir / "few_shot.json", report)
    plot(options.output_dir / "few_shot.png", report)
    log(f"kept: {report['kept']}; {report['why']}")


if __name__ == "__main__":
    main()
