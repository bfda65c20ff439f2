"""How published patients measure the orphan part: ranks, forgetting, support, scales."""

from __future__ import annotations

import random
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from orphan_parts import small_part

from centinela_training.orphan import evaluation as orphan
from centinela_training.orphan.evaluation import Evaluation
from centinela_training.orphan.knowledge import forgetting
from centinela_training.orphan.patients import annotations, load_cases, rows_by_code, with_patients
from centinela_training.orphan.profiles import direct_profile, matrix, ratios


@pytest.fixture(scope="module")
def evaluation(data, vocabulary, diseases, graph):
    """Of a hundred published patients and those of the same diseases, among five hundred diseases."""
    rng, everyone = random.Random(5), load_cases(data, vocabulary, diseases)
    chosen = {c.disease for c in rng.sample(everyone, 60)}
    cases = [c for c in everyone if c.disease in chosen]
    cases = rng.sample(cases, min(len(cases), 240))
    rows = {c.row for c in cases if c.row is not None} | set(rng.sample(range(len(diseases)), 440))
    few = [diseases[row] for row in sorted(rows)]
    row_of = rows_by_code(few)
    own = [replace(c, row=row_of.get(c.disease)) for c in cases]
    return Evaluation(small_part(few, vocabulary, graph), own)


@pytest.fixture(scope="module")
def served(evaluation, vocabulary, graph):
    known = evaluation.part.knowledge.diseases
    return small_part(with_patients(known, evaluation.cases, {}), vocabulary, graph)


@pytest.fixture(scope="module")
def forgotten(evaluation):
    """Scores of the true diseases by whether there is support."""
    return {support: evaluation.forgetful(support) for support in (False, True)}


class TestRanks:
    def test_by_hand_a_tie_counts_against_the_true_disease(self, evaluation):
        scores = np.array([[3.0, 1.0, 3.0, 2.0], [3.0, 1.0, 3.0, 2.0]])
        few = SimpleNamespace(row=np.array([0, -1]), known=np.array([True, False]))
        assert Evaluation.ranks(few, scores).tolist() == [2, np.inf]

    def test_an_unknown_disease_is_a_miss(self, evaluation):
        assert (~evaluation.known).any()
        assert np.isinf(evaluation.ranks(evaluation.lr)[~evaluation.known]).all()

    def test_a_paper_is_known_only_where_the_true_diseases_annotations_cite_it(self, evaluation):
        for case, cited in zip(evaluation.cases, evaluation.cited, strict=True):
            rows = [] if case.row is None else evaluation.part.knowledge.diseases[case.row].annotations
            # A row of its inheritance or onset may be what cites it.
            assert cited or not any(a.papers & case.papers for a in rows)
        assert 0 < evaluation.cited.sum() < len(evaluation.cases)

    def test_halves_share_no_cohort(self, evaluation):
        half = orphan.half_of(evaluation.cases)
        sides = [
            {c.cohort for c, h in zip(evaluation.cases, half, strict=True) if h == side} for side in (0, 1)
        ]
        assert all(sides) and not sides[0] & sides[1]


class TestForgetting:
    @pytest.mark.parametrize("support", [False, True])
    def test_equals_a_part_rebuilt_without_the_paper(self, evaluation, forgotten, support):
        """Same background, the one profile changed; a byte a ratio is the only difference."""
        knowledge, scorer = evaluation.part.knowledge, evaluation.part.scorer
        scores = forgotten[support]
        cited = [
            i for i in np.flatnonzero(evaluation.known) if evaluation.has_support[i] or evaluation.cited[i]
        ]
        for i in random.Random(3).sample(cited, 12):
            case = evaluation.cases[i]
            others = [
                c
                for c in evaluation.cases
                if support and c.disease == case.disease and not c.papers & case.papers
            ]
            rest = forgetting(knowledge.diseases[case.row], case.papers)
            profile = direct_profile((*rest, *annotations(others)))
            if not profile:
                assert scores[i] == -np.inf
                continue
            column = ratios(
                matrix([profile], len(evaluation.part.vocabulary.ids)), knowledge.background, knowledge.graph
            )
            exact = 0.0
            for term in scorer.query(case.present):
                ratio = column[sorted(evaluation.part.vocabulary.closures[term]), :].sum()
                exact += np.log(0.6 * ratio + 0.4) - 0.15 * bool(others)
            # What is too small to be listed is at most e^-4 a term above.
            assert scores[i] == pytest.approx(exact, abs=0.06 * len(case.present))

    def test_nothing_to_forget_keeps_the_score(self, evaluation, forgotten):
        untouched = np.flatnonzero(evaluation.known & ~evaluation.cited)
        own = evaluation.lr[untouched, evaluation.row[untouched]]
        assert len(untouched) > 20
        np.testing.assert_allclose(forgotten[False][untouched], own, atol=1e-4)

    def test_without_its_own_paper_the_true_disease_scores_less(self, evaluation, forgotten):
        scores = forgotten[False]
        cited = np.flatnonzero(evaluation.cited & np.isfinite(scores))
        change = scores[cited] - evaluation.lr[cited, evaluation.row[cited]]
        assert len(cited) > 20
        assert change.mean() < -1

    def test_support_of_other_papers_helps(self, evaluation, forgotten):
        which = evaluation.has_support
        without, with_them = (forgotten[support][which] for support in (False, True))
        assert np.isfinite(with_them).all()
        known = np.isfinite(without)
        assert 20 < known.sum() < len(known)
        assert (with_them - without)[known].mean() > 1


class TestServed:
    def test_the_true_row_is_the_bare_one_and_all_others_are_served(self, evaluation, served):
        ranks = evaluation.as_served(served)
        scores = served.evidence(evaluation.states)
        row_of = rows_by_code(served.knowledge.diseases)
        for i in range(0, len(evaluation.cases), 9):
            case = evaluation.cases[i]
            if case.row is None:
                assert np.isinf(ranks[i])
                continue
            others = np.delete(scores[i], row_of[case.disease])
            assert ranks[i] == 1 + (others >= evaluation.evidence[i, case.row]).sum()

    def test_honest_splits_come_first_and_leaky_ones_last(self, evaluation, served):
        splits = evaluation.splits(served, [])
        names = [s.name for s in splits]
        assert names[0] == "paper_not_in_knowledge" and len(names) == len(set(names))
        leaky = [name.startswith("LEAKY") for name in names]
        assert any(leaky) and leaky == sorted(leaky)


class TestScales:
    def test_fitted_scale_is_the_one_the_labels_were_drawn_with(self):
        rng = np.random.default_rng(0)
        evidence, terms = rng.normal(0, 2, (20_000, 12)), np.tile([1, 2, 4, 6, 9], 4_000)
        true = {1: 0.5, 2: 1.5, 4: 1.0, 6: 2.5, 9: 0.8}
        scale = np.array([true[t] for t in terms])[:, None]
        rows = drawn(scale * evidence, rng)
        fitted = orphan.fit_scales(evidence, rows, terms)
        assert [row["min_terms"] for row in fitted] == [0, 2, 3, 5, 8]
        assert [row["scale"] for row in fitted] == pytest.approx(list(true.values()), rel=0.1)

    def test_calibration_is_measured_on_cohorts_it_was_not_fitted_on(self):
        rng, n = np.random.default_rng(1), 3_000
        evidence, sizes = rng.normal(0, 2, (n, 8)).astype(np.float32), np.tile([1, 2, 4, 6, 9], n // 5)
        cases = [SimpleNamespace(cohort=f"{i % 10}") for i in range(n)]
        fake = SimpleNamespace(
            honest=np.arange(n),
            cases=cases,
            states=sizes.tolist(),
            part=SimpleNamespace(query=lambda size: [0] * size),
            evidence=evidence,
            row=drawn(1.4 * evidence, rng),
        )
        figures = orphan.calibration(fake)
        assert figures["n"] == sum(b["n"] for b in figures["ece_bins"]) == n
        assert figures["ece_held_out"] < 0.04
        # With labels drawn at random no scale makes the first disease right.
        fake.row = rng.integers(0, 8, n)
        assert all(b["right"] < 0.3 for b in orphan.calibration(fake)["ece_bins"] if b["n"] > 100)


def drawn(logits, rng):
    p = np.exp(logits - logits.max(1, keepdims=True))
    return (
        (np.cumsum(p / p.sum(1, keepdims=True), 1) < rng.random(len(p))[:, None])
        .sum(1)
        .clip(max=p.shape[1] - 1)
    )
