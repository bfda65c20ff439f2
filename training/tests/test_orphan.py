"""The orphan part: what is read, how it is counted, written and scored."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest

from centinela_training.orphan import knowledge as orphan
from centinela_training.orphan.knowledge import Annotation, Scorer
from centinela_training.orphan.report import Evaluation, load_cases
from centinela_training.vocabulary import PHENOTYPE_ROOT, Vocabulary

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary(DATA)


@pytest.fixture(scope="module")
def diseases(vocabulary):
    return orphan.load_diseases(DATA, vocabulary)


@pytest.fixture(scope="module")
def profiles(diseases, vocabulary):
    return orphan.build_profiles(diseases, vocabulary)


@pytest.fixture(scope="module")
def ratios(profiles):
    return orphan.encode_ratios(profiles)


@pytest.fixture(scope="module")
def scorer(ratios, vocabulary):
    return Scorer(ratios, vocabulary)


@pytest.fixture(scope="module")
def cases(diseases, vocabulary):
    return load_cases(DATA, vocabulary, diseases)


@pytest.fixture(scope="module")
def evaluation(cases, diseases, profiles, scorer):
    return Evaluation(random.Random(5).sample(cases, 80), diseases, profiles, scorer)


def by_code(diseases, code):
    return next(i for i, d in enumerate(diseases) if code in d.codes)


class TestReading:
    def test_every_code_names_one_disease(self, diseases):
        codes = [code for d in diseases for code in d.codes]
        assert len(codes) == len(set(codes))
        assert 10_300 < len(diseases) < 10_600
        assert [d.code for d in diseases] == sorted(d.code for d in diseases)

    def test_marfan_is_merged_and_named_in_both_languages(self, diseases):
        entry = diseases[by_code(diseases, "OMIM:154700")].entry()
        assert entry == {
            "code": "ORPHA:558",
            "codes": ["ORPHA:558", "OMIM:154700", "ICD10:Q87.4"],
            "en": "Marfan syndrome",
            "es": "Síndrome de Marfan",
            "es_lang": "es",
            "prevalence": "1-5 / 10 000",
        }

    def test_a_wider_spanish_name_is_shown_as_a_form_of_it(self, diseases):
        d = diseases[by_code(diseases, "OMIM:615006")]
        assert (d.es, d.es_lang) == (
            "Forma de «ST3GAL3-CDG» (Developmental and epileptic encephalopathy 15)",
            "es",
        )

    def test_without_a_spanish_name_the_english_one_says_so(self, diseases):
        unnamed = [d for d in diseases if d.es_lang == "en"]
        assert unnamed and all(d.es == d.en for d in unnamed)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("3/7", (3, 7)),
            ("45%", (4.5, 10)),
            ("HP:0040281", (8.95, 10)),
            ("Occasional (29-5%)", (1.7, 10)),
            ("HP:0040285", (0, 10)),
            ("", (0, 0)),
        ],
    )
    def test_frequency(self, text, expected):
        assert orphan.frequency(text) == pytest.approx(expected)

    def test_an_unknown_frequency_is_not_guessed(self):
        with pytest.raises(KeyError):
            orphan.frequency("HP:0000001")

    def test_papers_are_sorted_and_unique(self, diseases):
        known = orphan.papers(DATA)
        assert known == sorted(set(known))
        assert {p for d in diseases for p in d.papers} <= set(known)


class TestProbability:
    @staticmethod
    def rows(*counts):
        return [Annotation(0, seen, of, frozenset()) for seen, of in counts]

    @pytest.mark.parametrize(
        ("counts", "expected"),
        [
            ([(1, 1)], 2.5 / 4),
            ([(2, 2), (1, 4)], (3 + 1.5) / (6 + 3)),  # pooled over papers
            ([(8.95, 10)], (8.95 + 1.5) / 13),  # "very frequent" counts as ten patients
            ([(0, 0)], 0.95),
            ([(0, 0), (1, 4)], (1 + 1.5) / (4 + 3)),  # a count silences the blank
            ([(0, 11)], 0),  # looked for and never seen
            ([(0, 11), (1, 1)], (1 + 1.5) / (12 + 3)),
        ],
    )
    def test_by_hand(self, counts, expected):
        assert orphan.probability(self.rows(*counts)) == pytest.approx(expected)

    def test_never_seen_leaves_no_trace_in_the_profile(self):
        assert orphan.direct_profile(self.rows((0, 5))) == {}


class TestProfiles:
    def test_a_broader_term_is_never_less_probable(self, profiles, vocabulary):
        root = vocabulary.index[PHENOTYPE_ROOT]
        columns = profiles.matrix.tocsc()
        for row in random.Random(1).sample(range(profiles.n_orphans), 200):
            column = columns[:, [row]].tocoo()
            p = dict(zip(column.row.tolist(), column.data.tolist(), strict=True))
            for term, value in p.items():
                assert 0 < value <= 1
                assert all(p[parent] >= value for parent in vocabulary.hpo_up[term] if parent != root)
            assert root not in p

    def test_background_is_the_mean_over_all_rows(self, profiles):
        term = int(np.argmax(np.diff(profiles.matrix.indptr)))
        assert profiles.background[term] == pytest.approx(profiles.matrix[[term]].toarray().mean())

    def test_common_rows_come_last_and_move_the_background(self, profiles, vocabulary):
        fever = vocabulary.index["HP:0001945"]
        common = np.zeros((2, len(vocabulary.terms)))
        common[1, [fever, vocabulary.index[PHENOTYPE_ROOT]]] = 0.5
        both = orphan.with_common_rows(profiles, common, vocabulary)
        assert both.matrix.shape[1] == profiles.n_orphans + 2
        assert both.n_orphans == profiles.n_orphans
        assert both.matrix[[fever]].toarray()[0, -2:].tolist() == [0, 0.5]
        total = profiles.background[fever] * profiles.n_orphans + 0.5
        assert both.background[fever] == pytest.approx(total / (profiles.n_orphans + 2))
        assert both.background[vocabulary.index[PHENOTYPE_ROOT]] == 0


class TestBinary:
    def test_round_trip(self, tmp_path, ratios):
        path = tmp_path / "orphan_profiles.bin"
        orphan.write_profiles(path, ratios)
        back = orphan.read_profiles(path, ratios.minimum, ratios.step)
        for name in ("offsets", "rows", "codes"):
            np.testing.assert_array_equal(getattr(back, name), getattr(ratios, name))
        assert back.n_rows == ratios.n_rows

    def test_layout_of_a_small_file(self, tmp_path):
        ratios = orphan.Ratios(
            np.array([0, 1, 3], np.uint32),
            np.array([2, 0, 2], np.uint16),
            np.array([7, 0, 255], np.uint8),
            3,
            -1,
            0.1,
        )
        orphan.write_profiles(tmp_path / "x", ratios)
        expected = "020000000300000003000000" + "000000000100000003000000" + "0200000002000000" + "0700ff00"
        assert (tmp_path / "x").read_bytes().hex() == expected

    def test_a_truncated_file_is_refused(self, tmp_path, ratios):
        path = tmp_path / "orphan_profiles.bin"
        orphan.write_profiles(path, ratios)
        path.write_bytes(path.read_bytes() + b"\0\0\0\0")
        with pytest.raises(ValueError, match="expected"):
            orphan.read_profiles(path, ratios.minimum, ratios.step)

    def test_one_byte_costs_half_a_step_at_most(self, profiles, ratios):
        matrix = profiles.matrix.sorted_indices()
        term = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        exact = np.log(matrix.data / profiles.background[term])
        error = np.abs(np.log(ratios.decode(ratios.codes)) - exact)
        assert error.max() <= ratios.step / 2 + 1e-9
        assert ratios.codes.min() == 0 and ratios.codes.max() == 255


class TestScoring:
    @staticmethod
    def brute_force(present, row, ratios, vocabulary):
        def distances(term):
            found, frontier, d = {}, {term}, 0
            while frontier:
                for t in frontier:
                    found.setdefault(t, d)
                frontier = {p for t in frontier for p in vocabulary.up[t]} - found.keys()
                d += 1
            return found

        def ratio(term):
            for i in range(ratios.offsets[term], ratios.offsets[term + 1]):
                if ratios.rows[i] == row:
                    return math.exp(ratios.minimum + int(ratios.codes[i]) * ratios.step)
            return 0.0

        def has_entry(term):
            return ratios.offsets[term] < ratios.offsets[term + 1]

        scored = {t for t in present if any(has_entry(a) for a in distances(t))}
        most_specific = [t for t in scored if not any(t in distances(q) for q in scored - {t})]
        return sum(
            math.log(0.4 * max(ratio(a) * orphan.DECAY**d for a, d in distances(t).items()) + 0.6)
            for t in most_specific
        )

    def test_equals_a_plain_loop(self, cases, ratios, scorer, vocabulary):
        rng = random.Random(7)
        chosen = rng.sample([c for c in cases if c.row is not None], 20)
        scores = scorer.score([c.present for c in chosen])
        for case, row_scores in zip(chosen, scores, strict=True):
            for row in (case.row, *rng.sample(range(ratios.n_rows), 2)):
                expected = self.brute_force(case.present, row, ratios, vocabulary)
                assert row_scores[row] == pytest.approx(expected, abs=1e-9)

    def test_a_finding_implied_by_another_adds_nothing(self, scorer, vocabulary):
        fever, temperature = (vocabulary.index[t] for t in ("HP:0001945", "HP:0004370"))
        assert temperature in vocabulary.closures[fever]
        np.testing.assert_array_equal(scorer.score([[fever, temperature]]), scorer.score([[fever]]))

    def test_a_finding_without_any_scored_ancestor_is_skipped(self, ratios, scorer, vocabulary):
        outside = next(
            t
            for t in range(len(vocabulary.terms))
            if all(ratios.offsets[a] == ratios.offsets[a + 1] for a in vocabulary.closures[t])
            and t != vocabulary.index[PHENOTYPE_ROOT]
        )
        assert scorer.query([outside]) == []
        assert not scorer.score([[outside], []]).any()

    def test_contributions_add_up_to_the_score(self, cases, scorer):
        [present] = [c.present for c in cases[:1]]
        total = sum(scorer.contributions(t) for t in scorer.query(present))
        np.testing.assert_allclose(scorer.score([present])[0], total, atol=1e-9)

    def test_published_patients_with_marfan_find_it_first(self, cases, diseases, scorer):
        marfan = by_code(diseases, "ORPHA:558")
        # Their papers are not among the annotations, so nothing has leaked.
        patients = [
            c
            for c in cases
            if c.row == marfan and len(c.present) >= 8 and not c.papers & diseases[marfan].papers
        ]
        first = scorer.score([c.present for c in patients]).argmax(1)
        assert len(patients) >= 10
        assert (first == marfan).mean() > 0.75


class TestForgetting:
    def test_without_its_own_paper_the_true_disease_scores_less(
        self, cases, diseases, profiles, scorer, vocabulary
    ):
        cited = [c for c in cases if c.row is not None and c.papers & diseases[c.row].papers]
        changes = []
        for case in random.Random(3).sample(cited, 60):
            everything = orphan.ln_ratios(diseases[case.row].annotations, profiles.background, vocabulary)
            rest = orphan.ln_ratios(
                orphan.forgetting(diseases[case.row], case.papers), profiles.background, vocabulary
            )
            before = scorer.score_row(case.present, everything)
            assert before == pytest.approx(scorer.score([case.present])[0, case.row], abs=1e-9)
            if rest:
                changes.append(scorer.score_row(case.present, rest) - before)
        assert np.mean(changes) < -1
        assert np.mean(np.array(changes) <= 1e-9) > 0.85

    def test_terms_only_the_paper_gave_are_gone(self, vocabulary):
        annotations = (Annotation(1, 1, 1, frozenset({7})), Annotation(2, 1, 1, frozenset({7, 8})))
        kept = Annotation(3, 1, 1, frozenset({8}))
        disease = orphan.Disease(
            "X:1", ("X:1",), "x", "x", "en", None, (*annotations, kept), frozenset({7, 8})
        )
        assert orphan.forgetting(disease, frozenset({7})) == (kept,)


def test_disease_entries_are_plain_json(diseases):
    assert json.loads(json.dumps([d.entry() for d in diseases[:50]]))[0]["code"] == diseases[0].code


class TestEvaluation:
    def test_an_unknown_disease_is_a_miss(self, evaluation):
        assert (~evaluation.known).any()
        assert np.isinf(evaluation.ranks[~evaluation.known]).all()
        assert not evaluation.scorable[~evaluation.known].any()

    def test_a_tie_counts_against_the_true_disease(self, evaluation):
        for i in np.flatnonzero(evaluation.known)[:10]:
            case = evaluation.cases[i]
            [scores] = evaluation.scorer.score([case.present])
            better = (scores[: len(evaluation.diseases)] > scores[case.row]).sum()
            tied = (scores[: len(evaluation.diseases)] == scores[case.row]).sum() - 1
            assert evaluation.ranks[i] == 1 + better + tied

    def test_forgetting_a_paper_moves_only_the_true_disease(self, evaluation):
        which = np.flatnonzero(evaluation.scorable)
        forgetful, true_rows = evaluation.forgetful_scores(which)
        full = evaluation.scorer.score([evaluation.cases[i].present for i in which])
        moved = np.abs(forgetful - full) > 1e-4
        moved[np.arange(len(which)), true_rows] = False
        assert not moved.any()

    def test_nothing_to_forget_keeps_the_rank(self, evaluation):
        untouched = evaluation.scorable & ~evaluation.cited
        assert untouched.any()
        np.testing.assert_array_equal(evaluation.forgetful_ranks[untouched], evaluation.ranks[untouched])
