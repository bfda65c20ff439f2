"""Who is scored by what, and what is fitted on it."""

from dataclasses import replace

import numpy as np
import pytest
from whole_parts import FEVER, N_ORPHANS, N_ROWS, TALL, predictor, state

from centinela_training.orphan.ratios import FLOOR
from centinela_training.simulate import State
from centinela_training.whole.fit import Served, calibrate, learn_gate, prior_weights
from centinela_training.whole.gate import PRIOR
from centinela_training.whole.honest import HonestPart, WithholdingPart
from centinela_training.whole.patients import of_kind, together


class Marked:
    """An orphan part that gives its mark for every score."""

    def __init__(self, mark: float, n: int) -> None:
        self.mark, self.n = mark, n

    def query(self, state):
        return state.present

    def lr(self, states):
        return np.full((len(states), self.n + 2), self.mark)

    def cosines(self, states):
        return np.full((len(states), self.n), self.mark)

    def logits(self, states, lr, cosines=None):
        return np.stack([lr, self.cosines(states) if cosines is None else cosines])


def test_of_a_published_patient_s_own_disease_only_what_others_know_counts():
    part = HonestPart(Marked(5.0, 4), Marked(1.0, 3), own=np.array([2, 3]))
    states = [State([7, 8], [], 30, "F", "", row) for row in (0, 1)]

    lr = part.lr(states)
    shown, cosines = part.logits(states, lr[:, :4])

    assert lr[0].tolist() == [5, 5, 1, 5, 5, 5]
    # The second's disease is known from published patients alone.
    assert lr[1] == pytest.approx([5, 5, 5, 2 * np.log(FLOOR), 5, 5])
    assert cosines.tolist() == [[5, 5, 1, 5], [5, 5, 5, 0]]
    assert np.array_equal(shown, lr[:, :4])


def test_the_profile_withheld_is_that_of_the_patient_s_own_candidate():
    class Broad:
        rows = np.array([3])

        def logits(self, states, withheld):
            return withheld

        summary = logits

    states = [State([], [], 30, "F", "", row) for row in (4, 9)]
    part = WithholdingPart(Broad())
    assert part.logits(states) == part.summary(states) == [4, 9]
    assert part.rows.tolist() == [3]


@pytest.fixture(scope="module")
def served(vocabulary):
    plain = predictor(vocabulary)
    other = predictor(vocabulary)
    other.orphan.scored = set()
    return Served(plain, other, other)


@pytest.fixture(scope="module")
def patients(vocabulary):
    """Common ones tell nothing that is scored, broad ones deny, orphan ones have both scored findings."""
    few, two = state(vocabulary, "HP:0100749"), state(vocabulary, FEVER, TALL)
    denying = state(vocabulary, "HP:0100749", absent=(FEVER, TALL, "HP:0012735"))
    groups = [
        of_kind(0, [few] * 120, [N_ORPHANS] * 60 + [N_ROWS] * 60, ["c"] * 120),
        of_kind(1, [denying] * 120, [N_ROWS - 1] * 120, ["b"] * 120),
        of_kind(2, [two] * 120, [0] * 100 + [-1] * 20, ["o"] * 120),
    ]
    return together(groups)


def test_everyone_is_scored_by_the_part_that_must_not_know_him(served, patients):
    orphan = patients.where(patients.kind == 2)
    published = np.arange(len(orphan)) % 2 == 1
    mixed = replace(orphan, published=published)

    whole = served.predict(mixed)

    assert (whole.scored == np.where(published, 0, 2)).all()
    assert np.array_equal(
        served.features(mixed)[~published], served.predictor.features(orphan.states)[~published]
    )


def test_the_gate_learns_who_is_an_orphan_patient(served, patients):
    learnt = learn_gate(served, patients)

    gate = learnt.gate(patients)

    orphan = patients.kind == 2
    assert gate[orphan, 2].min() > PRIOR[2] + 0.29
    assert gate[~orphan, 2].max() < PRIOR[2]
    assert learnt.honest.gate is learnt.predictor.gate


def test_calibrated_the_sets_hold_the_truth_they_were_fitted_on(served, patients):
    done = calibrate(served, patients, np.array([1, 2, 0]))

    whole = done.predict(patients)

    assert whole.in_set[patients.truth >= 0].mean() >= 0.9
    assert whole.set_size.max() <= N_ROWS
    assert not whole.in_set[patients.truth < 0].any()


def test_prior_weights_give_the_kinds_their_prior_shares(patients):
    three = patients.where(np.array([len(s.present) == 1 for s in patients.states]) | (patients.kind == 2))
    weight = prior_weights(three)
    by_kind = np.bincount(three.kind, weight)
    assert by_kind[0] / by_kind[1] == pytest.approx(PRIOR[0] / PRIOR[1])
