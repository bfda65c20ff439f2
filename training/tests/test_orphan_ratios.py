"""Ratios in one byte, their file, and the score by them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from orphan_parts import LOCAL, ROOT, A, B, C, D, E, Toy
from scipy import sparse

from centinela_training.orphan import ratios as orphan
from centinela_training.orphan.ratios import Ratios, Scorer

TOY = Toy()
ROWS = 3
# Ratios by term and row.
TABLE = {A: {0: 1.5, 1: 0.5}, B: {0: 3.0}, D: {0: 6.0, 2: 9.0}, E: {1: 2.0, 2: 0.05}}


def dense():
    result = np.zeros((len(TOY.ids), ROWS))
    for term, by_row in TABLE.items():
        for row, ratio in by_row.items():
            result[term, row] = ratio
    return result


@pytest.fixture(scope="module")
def ratios():
    return orphan.encode_ratios(sparse.csc_array(dense()))


@pytest.fixture(scope="module")
def scorer(ratios):
    return Scorer(ratios, TOY, np.array([False, True, False]))


class TestBinary:
    def test_round_trip(self, tmp_path, ratios):
        path = tmp_path / "orphan_profiles.bin"
        orphan.write_profiles(path, ratios)
        back = orphan.read_profiles(path, ratios.minimum, ratios.step)
        for name in ("offsets", "rows", "codes"):
            np.testing.assert_array_equal(getattr(back, name), getattr(ratios, name))
        assert back.n_rows == ratios.n_rows

    def test_layout_of_a_small_file(self, tmp_path):
        ratios = Ratios(
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

    def test_a_file_of_another_length_is_refused(self, tmp_path, ratios):
        path = tmp_path / "orphan_profiles.bin"
        orphan.write_profiles(path, ratios)
        path.write_bytes(path.read_bytes() + b"\0\0\0\0")
        with pytest.raises(ValueError, match="expected"):
            orphan.read_profiles(path, ratios.minimum, ratios.step)

    def test_one_byte_costs_half_a_step_at_most(self):
        exact = np.exp(np.random.default_rng(2).normal(0, 2, (60, 40)).clip(-3.9))
        ratios = orphan.encode_ratios(sparse.csc_array(exact))
        error = np.abs(np.log(ratios.decode(ratios.codes)) - np.log(exact).ravel())
        assert error.max() <= ratios.step / 2 + 1e-9
        assert ratios.codes.min() == 0 and ratios.codes.max() == 255

    def test_ratios_that_the_floor_hides_are_left_out(self):
        ratios = orphan.encode_ratios(sparse.csc_array(np.array([[0.01, 2.0], [0.02, 1.0]])))
        assert ratios.rows.tolist() == [1, 0, 1]
        assert list(ratios.kept({5: 0.01, 3: 2.0, 1: 1.0})) == [1, 3]

    def test_a_row_alone_gets_the_codes_that_it_has_among_all(self, ratios):
        for row in range(ROWS):
            stored = {
                int(t): int(ratios.codes[i])
                for t in range(len(TOY.ids))
                for i in range(ratios.offsets[t], ratios.offsets[t + 1])
                if ratios.rows[i] == row
            }
            assert ratios.kept({t: r[row] for t, r in TABLE.items() if row in r}) == stored


class TestScore:
    def by_hand(self, ratios, query, row):
        """Over findings the sum, over all that a finding implies the sum of the ratios."""
        total = 0.0
        for term in query:
            ratio = 0.0
            for above in TOY.closures[term]:
                for at in range(ratios.offsets[above], ratios.offsets[above + 1]):
                    if ratios.rows[at] == row:
                        ratio += math.exp(ratios.minimum + int(ratios.codes[at]) * ratios.step)
            total += math.log(0.6 * ratio + 0.4) - (0.15 if row == 1 else 0)
        return total

    @pytest.mark.parametrize(
        ("present", "query"),
        [
            ([D], [D]),
            ([D, E], [D, E]),
            ([C, E], [C, E]),
            ([A, B, D], [D]),
            ([LOCAL], [LOCAL]),
            ([E, LOCAL], [LOCAL]),
        ],
    )
    def test_equals_the_definition(self, ratios, scorer, present, query):
        expected = [self.by_hand(ratios, query, row) for row in range(ROWS)]
        assert scorer.score([present])[0] == pytest.approx(expected, abs=1e-6)

    def test_the_sum_of_what_is_implied_by_hand(self, scorer):
        # D implies A and B: 6 + 3 + 1.5 for row 0; half a step of the code is lost at most.
        assert scorer.score([[D]])[0, 0] == pytest.approx(math.log(0.6 * 10.5 + 0.4), abs=0.02)

    def test_an_unrelated_finding_costs_the_floor(self, scorer):
        assert scorer.score([[E]])[0, 0] == pytest.approx(math.log(0.4))

    def test_rows_that_patients_made_pay_for_each_finding(self, ratios, scorer):
        without = Scorer(ratios, TOY).score([[D, E]])
        np.testing.assert_allclose(scorer.score([[D, E]]) - without, [[0, -2 * 0.15, 0]], atol=1e-6)

    def test_a_finding_implied_by_another_adds_nothing(self, scorer):
        np.testing.assert_array_equal(scorer.score([[B, A, D]]), scorer.score([[D]]))

    def test_without_a_scored_finding_all_is_nought(self, scorer):
        assert scorer.query([ROOT]) == []
        assert not scorer.score([[ROOT], []]).any()

    def test_contributions_add_up_to_the_score(self, scorer):
        total = sum(scorer.contributions(t) for t in scorer.query([D, E]))
        np.testing.assert_allclose(scorer.score([[D, E]])[0], total, atol=1e-6)

    def test_patients_do_not_mix(self, scorer):
        together = scorer.score([[D], [], [E, C]])
        for i, present in enumerate(([D], [], [E, C])):
            np.testing.assert_allclose(together[i], scorer.score([present])[0], atol=1e-6)

    def test_a_row_that_is_not_held_scores_as_if_it_were(self, ratios, scorer):
        for row in range(ROWS):
            codes = ratios.kept({t: r[row] for t, r in TABLE.items() if row in r})
            alone = scorer.score_row([D, E], codes, discounted=row == 1)
            assert alone == pytest.approx(scorer.score([[D, E]])[0, row], abs=1e-6)

    def test_the_network_reads_the_scored_terms_that_the_query_implies(self, scorer):
        assert scorer.implied([D, A]).tolist() == [A, B, D]
        assert scorer.implied([LOCAL]).tolist() == [E]
        assert scorer.implied([ROOT]).tolist() == []
