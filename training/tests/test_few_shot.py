"""The few-shot comparison on a toy world: forty diseases of five findings each, twelve patients in three papers."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from centinela_training.orphan.few_shot import judged, tables
from centinela_training.orphan.few_shot_figures import Table, ranks
from centinela_training.orphan.few_shot_members import (
    ALONE,
    TOGETHER,
    Likelihood,
    Nets,
    net_scores,
    together,
)
from centinela_training.orphan.few_shot_nets import (
    IMBALANCE,
    WIDTH,
    adapt,
    fine_tuned,
    focal_factor,
    mixed,
)
from centinela_training.orphan.few_shot_task import Pool, Task, sides_of
from centinela_training.orphan.knowledge import Annotation, Disease
from centinela_training.orphan.net import Net, normalised
from centinela_training.orphan.patients import Case
from centinela_training.orphan.profiles import Graph
from centinela_training.vocabulary import PHENOTYPE_ROOT, closure

BRANCHES, LEAVES, DISEASES, SHOWN = 12, 6, 40, 5
STEPS = 25


def quiet(_: str) -> None:
    pass


def toy_vocabulary() -> SimpleNamespace:
    up = [[], *([0] for _ in range(BRANCHES)), *([1 + b] for b in range(BRANCHES) for _ in range(LEAVES))]
    ids = [PHENOTYPE_ROOT, *(f"HP:{i:07d}" for i in range(1, len(up)))]
    closures = [closure(up, i) for i in range(len(up))]
    return SimpleNamespace(
        ids=ids, index={name: i for i, name in enumerate(ids)}, hpo_up=up, closures=closures
    )


def toy_diseases(rng: np.random.Generator) -> tuple[list[Disease], list[Case]]:
    leaves = np.arange(1 + BRANCHES, 1 + BRANCHES + BRANCHES * LEAVES)
    diseases, cases = [], []
    for row in range(DISEASES):
        code, terms = f"OMIM:{row}", rng.choice(leaves, SHOWN, replace=False).tolist()
        annotated = tuple(Annotation(t, 9, 10, frozenset()) for t in terms)
        diseases.append(Disease(code, (code,), code, code, "en", None, annotated, frozenset()))
        for patient in range(12):
            present = tuple(rng.choice(terms, 4, replace=False).tolist())
            paper = frozenset([100 * row + patient // 4])
            cases.append(Case(present, code, row, paper, f"cohort {row:02d}"))
    return diseases, cases


def toy_task() -> Task:
    vocabulary = toy_vocabulary()
    graph, rng = Graph(vocabulary), np.random.default_rng(3)
    diseases, cases = toy_diseases(rng)
    common = Pool(
        [[c.present for c in cases[:6]], [c.present for c in cases[6:12]]], graph, len(vocabulary.ids)
    )
    return Task.of(diseases, cases, vocabulary, common, graph)


@pytest.fixture(scope="module")
def task() -> Task:
    return toy_task()


@pytest.fixture(scope="module")
def nets(task) -> Nets:
    return Nets.train(
        task, 1, STEPS, dict.fromkeys(("prototypical", "metric", "MAML-style", "transfer"), 0.0), quiet
    )


class TestTask:
    def test_novel_diseases_leave_the_knowledge(self, task):
        novel = {c.disease for c, n in zip(task.cases, task.novel, strict=True) if n}
        assert len(novel) == DISEASES // 2
        assert not novel & {d.code for d in task.base.diseases}
        assert task.n_base == DISEASES - len(novel)

    @pytest.mark.parametrize("k", [1, 2, 5])
    @pytest.mark.parametrize("keep", [False, True])
    def test_no_paper_of_a_query_ever_supports(self, task, k, keep):
        for episode in task.episodes(k, keep):
            supporting = {p for group in episode.support for i in group for p in task.cases[i].papers}
            assert supporting
            assert not any(task.cases[i].papers & supporting for i in episode.queries)

    @pytest.mark.parametrize("seed", range(20))
    def test_cases_that_share_a_paper_share_a_side(self, seed):
        rng = np.random.default_rng(seed)
        cases = [
            Case(
                (1,),
                f"d{rng.integers(6)}",
                None,
                frozenset(rng.integers(30, size=rng.integers(0, 4)).tolist()),
                "c",
            )
            for _ in range(40)
        ]
        side = sides_of(cases, seed)
        for i, one in enumerate(cases):
            for j, other in enumerate(cases):
                assert not one.papers & other.papers or side[i] == side[j]

    def test_true_columns_are_those_of_the_disease(self, task):
        for episode in task.episodes(1):
            for i, column in zip(episode.queries, episode.column, strict=True):
                if column < task.n_base:
                    assert task.cases[i].disease in task.base.diseases[column].codes
                else:
                    supporters = episode.support[column - task.n_base]
                    assert {task.cases[s].disease for s in supporters} == {task.cases[i].disease}

    def test_greater_supports_contain_smaller_ones(self, task):
        for one, two in zip(task.episodes(1), task.episodes(2), strict=True):
            assert all(
                set(a) <= set(b) and len(a) == 1 for a, b in zip(one.support, two.support, strict=True)
            )


class TestMembers:
    def test_each_is_far_better_than_chance(self, task, nets):
        episodes = task.episodes(2)
        table, likelihood = Table(task, episodes), Likelihood(task)
        lr = [likelihood.scores(e) for e in episodes]
        alone = [net_scores(task, nets, e) for e in episodes]
        both = [together(s, a) for s, a in zip(lr, alone, strict=True)]
        assert set(alone[0]) == set(ALONE) and set(both[0]) == set(TOGETHER)
        members = {name: [a[name] for a in source] for source in (alone, both) for name in source[0]}
        members["ratios"] = lr
        for name, scores in members.items():
            found, _ = table.balanced(scores)
            assert (found[table.novel] <= 1).mean() > 0.3, name
            assert (found[~table.novel] <= 1).mean() > 0.3, name

    def test_the_same_seed_gives_the_same_scores(self, task, nets):
        again = Nets.train(task, 1, STEPS, dict.fromkeys(nets.nets, 0.0), quiet)
        episode = task.episodes(2)[0]
        one, two = net_scores(task, nets, episode), net_scores(task, again, episode)
        assert all((one[name] == two[name]).all() for name in one)

    def test_the_inner_loop_draws_rows_to_their_support(self):
        rng = np.random.default_rng(0)
        rows, patients, fixed = (
            normalised(rng.normal(size=(n, 8)).astype(np.float32))[0] for n in (3, 6, 20)
        )
        owner = np.arange(6) % 3
        adapted = adapt(rows, patients, owner, fixed)
        assert np.allclose(np.linalg.norm(adapted, axis=1), 1, atol=1e-4)
        assert (patients * adapted[owner]).sum(1).sum() > (patients * rows[owner]).sum(1).sum()


class TestImbalance:
    @pytest.mark.parametrize("how", IMBALANCE)
    def test_fine_tuning_helps_on_the_patients_it_learns(self, task, how):
        rng = np.random.default_rng(5)
        towers = rng.normal(0, 0.1, (2, len(task.vocabulary.ids), WIDTH)).astype(np.float32)
        net = Net(*towers, task.information)
        published = np.flatnonzero(~task.novel)
        tuned = fine_tuned(net, task, published, how, 1, 30)
        lead = []
        for n in (net, tuned):
            cosines = n.embed(task.closed[published]) @ n.prototypes(task.base.propagated).T
            lead.append((cosines[np.arange(len(published)), task.row[published]] - cosines.mean(1)).mean())
        assert lead[1] > lead[0] + 0.1

    def test_mixed_patients_show_what_either_does_and_all_that_both_do(self):
        rng = np.random.default_rng(0)
        for _ in range(50):
            assert {2, 3} <= set(mixed((1, 2, 3), (2, 3, 4), rng)) <= {1, 2, 3, 4}
        assert all(mixed((1,), (2,), rng) for _ in range(20))

    def test_the_focal_factor_is_the_derivative_of_the_focal_loss(self):
        p, h = np.array([0.1, 0.4, 0.8]), 1e-6
        loss = [-((1 - q) ** 2) * np.log(q) for q in (p - h, p + h)]
        # By the chain rule through the softmax: dp / dlogit = p (1 - p), and the log loss's gradient is p - 1.
        slope = (loss[1] - loss[0]) / (2 * h) * p * (1 - p)
        assert np.allclose(slope, focal_factor(p, 2.0) * (p - 1), atol=1e-5)


class TestFigures:
    def test_ranks_count_ties_against_us_and_the_offset_moves_candidates_alone(self):
        scores = np.array([[0.5, 0.2, 0.6, 0.5], [0.5, 0.2, 0.6, 0.5]], np.float32)
        column = np.array([0, 2])
        assert ranks(scores, column, 2, 0.0).tolist() == [3, 1]
        assert ranks(scores, column, 2, 0.2).tolist() == [1, 2]

    def test_the_report_counts_everyone_asked_and_keeps_a_member(self, task, nets):
        result = tables(task, [nets], False, quiet)
        assert [t["support_patients"] for t in result] == [1, 3, 5]
        assert result[0]["novel"]["patients"] == sum(
            (e.column >= task.n_base).sum() for e in task.episodes(1)
        )
        for table in result:
            for member in table["members"]:
                value, low, high = member["novel"]["top_10_macro"]
                assert low <= value <= high
        assert judged(result)["kept"] in {m["member"] for m in result[0]["members"]}

    def test_the_nets_have_the_width_told(self, nets):
        assert all(net.patient.shape[1] == WIDTH for net in nets.nets.values())
