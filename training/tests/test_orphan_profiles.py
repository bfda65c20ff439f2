"""Profiles, and the likelihood ratios drawn from them, by hand on a small ontology."""

from __future__ import annotations

import random

import numpy as np
import pytest
from orphan_parts import ROOT, A, B, C, D, E, Toy, counted, disease

from centinela_training.orphan import profiles
from centinela_training.orphan.knowledge import Annotation
from centinela_training.orphan.part import Knowledge
from centinela_training.orphan.profiles import Background, Graph

TOY = Toy()
N = len(TOY.ids)


@pytest.fixture(scope="module")
def toy():
    return Graph(TOY)


class TestProbability:
    @pytest.mark.parametrize(
        ("counts", "expected"),
        [
            ([(1, 1)], 2.5 / 4),
            ([(2, 2), (1, 4)], (3 + 1.5) / (6 + 3)),  # pooled over papers
            ([(8.95, 10)], (8.95 + 1.5) / 13),  # "very frequent" counts as ten patients
            ([(0, 0)], 0.7),
            ([(0, 0), (1, 4)], (1 + 1.5) / (4 + 3)),  # a count silences the blank
            ([(0, 11)], 0),  # looked for and never seen
            ([(0, 11), (1, 1)], (1 + 1.5) / (12 + 3)),
        ],
    )
    def test_by_hand(self, counts, expected):
        stated = [Annotation(A, seen, of, frozenset()) for seen, of in counts]
        assert profiles.probability(stated) == pytest.approx(expected)

    def test_never_seen_leaves_no_trace_in_the_profile(self):
        assert profiles.direct_profile(counted({A: (0, 5), B: (1, 1)})) == {B: pytest.approx(0.625)}

    def test_published_patients_count_beside_the_annotations(self):
        d = disease(annotations=counted({A: (1, 2)}), patients=counted({A: (1, 1), B: (1, 1)}))
        assert profiles.disease_profile(d) == {A: pytest.approx(3.5 / 6), B: pytest.approx(2.5 / 4)}


class TestReach:
    def test_ladder_by_hand(self, toy):
        # 0.6 stay; of the rest, 0.6 stay one level up, shared by two parents; of what is left, 0.6 at A.
        column = toy.reach[:, [D]].toarray().ravel()
        expected = {D: 0.6, B: 0.4 * 0.6 / 2, C: 0.4 * 0.6 / 2, A: 0.4 * 0.4 * 0.6}
        assert column == pytest.approx([expected.get(t, 0) for t in range(N)])

    def test_the_root_gets_and_gives_nothing(self, toy):
        assert not toy.reach[[ROOT]].toarray().any()
        assert not toy.reach[:, [ROOT]].toarray().any()

    def test_nothing_is_multiplied_on_the_way(self, graph, vocabulary):
        total = np.asarray(graph.reach.sum(0)).ravel()
        assert total.max() <= 1 + 1e-12
        root = vocabulary.index[profiles.PHENOTYPE_ROOT]
        assert np.all(np.delete(total, root) >= profiles.STAY - 1e-12)

    def test_above_is_the_closure_without_the_root(self, graph, vocabulary):
        root = vocabulary.index[profiles.PHENOTYPE_ROOT]
        for term in random.Random(1).sample(range(len(vocabulary.ids)), 50):
            above = set(graph.above[:, [term]].tocoo().row.tolist())
            assert above == profiles.closure(vocabulary.hpo_up, term) - {root}


class TestRatios:
    def test_background_by_hand(self, toy):
        direct = profiles.matrix([{D: 0.5}, {E: 0.2, C: 0.6}], N)
        background = Background.of(direct, toy)
        # Of a random finding: half lies at D, an eighth at E, three eighths at C; all but E's below A.
        share = {D: 0.5, B: 0.5, C: 0.5 + 0.375, A: 0.5 + 0.375, E: 0.125}
        assert background.share == pytest.approx([share.get(t, 0) for t in range(N)])
        assert background.size == pytest.approx((0.5 + 0.8) / 2)

    def test_ratios_by_hand(self, toy):
        share = np.array([0, 0.5, 0.25, 0.4, 0.2, 0.1, 0])
        background = Background(share, size=0.9)
        ratio = profiles.ratio_vector({D: 0.3, E: 0.1}, background, toy, N)
        damped = np.sqrt(0.4 * 0.9)  # between its own total and the usual one
        expected = {
            D: 0.3 * 0.6 / 0.2,
            B: 0.3 * 0.12 / 0.25,
            C: 0.3 * 0.12 / 0.4,
            A: 0.3 * 0.096 / 0.5,
            E: 0.1 * 0.6 / 0.1,
        }
        assert ratio == pytest.approx({t: r / damped for t, r in expected.items()})

    def test_a_term_annotated_at_the_root_counts_for_nothing(self, toy):
        background = Background(np.ones(N), 1.0)
        assert not any(profiles.ratio_vector({ROOT: 0.7}, background, toy, N).values())
        assert Background.of(profiles.matrix([{ROOT: 0.7}, {A: 0.7}], N), toy).share[ROOT] == 0

    def test_a_term_that_no_disease_shows_has_no_ratio(self, toy):
        background = Background.of(profiles.matrix([{E: 0.5}], N), toy)
        assert not any(profiles.ratio_vector({D: 0.5}, background, toy, N).values())

    def test_one_profile_alone_equals_its_column_among_all(self, toy):
        rows = [{D: 0.5, A: 0.1}, {E: 0.2, C: 0.6}, {B: 0.9}]
        direct = profiles.matrix(rows, N)
        background = Background.of(direct, toy)
        together = profiles.ratios(direct, background, toy).toarray()
        for i, row in enumerate(rows):
            alone = profiles.ratio_vector(row, background, toy, N)
            assert together[:, i] == pytest.approx([alone.get(t, 0) for t in range(N)])

    def test_published_patients_do_not_move_the_background(self, toy):
        plain = [disease("X:1", counted({D: (1, 2)})), disease("X:2", counted({E: (1, 3)}))]
        seen = [
            disease("X:1", counted({D: (1, 2)}), patients=counted({E: (1, 1)})),
            plain[1],
            disease("X:3", patients=counted({B: (1, 1)})),
        ]
        before, after = (Knowledge.of(d, TOY, toy).background for d in (plain, seen))
        np.testing.assert_array_equal(before.share, after.share)
        assert before.size == after.size


class TestPropagation:
    def test_by_hand(self, toy):
        full = profiles.propagate({D: 0.3, C: 0.8, E: 0.1}, toy)
        assert full == {D: 0.3, B: 0.3, C: 0.8, A: 0.8, E: 0.1}

    def test_a_broader_term_is_never_less_probable(self, diseases, graph):
        for d in random.Random(1).sample(diseases, 100):
            full = profiles.propagate(profiles.disease_profile(d), graph)
            for term, p in full.items():
                assert 0 < p <= 1
                assert all(full[parent] >= p for parent in graph.up[term])
