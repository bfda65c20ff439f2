"""The merged list for many patients at once."""

import numpy as np
import pytest
from whole_parts import CHEST_PAIN, FEVER, N_ROWS, N_TRAINED, TALL, predictor, state

from centinela_training.whole import predictor as module
from centinela_training.whole.gate import SILENT
from centinela_training.whole.predictor import ranked


@pytest.fixture(scope="module")
def scorer(vocabulary):
    return predictor(vocabulary)


@pytest.fixture(scope="module")
def states(vocabulary):
    told = [(), (FEVER,), (FEVER, TALL), (CHEST_PAIN,), (CHEST_PAIN, FEVER, TALL)]
    return [state(vocabulary, *ids, absent=(TALL,) if i == 3 else ()) for i, ids in enumerate(told)]


def test_the_list_and_no_relevant_disease_add_up_to_one(scorer, states):
    gate, p = scorer.merge(scorer.parts(states))

    assert gate.sum(1) == pytest.approx(1)
    assert p.sum(1) == pytest.approx(1)
    assert p.min() >= 0


def test_a_condition_that_two_parts_know_gets_the_sum(scorer, states):
    parts = scorer.parts(states)
    gate, p = scorer.merge(parts)

    assert p[:, 4] == pytest.approx(gate[:, 0] * parts.common[:, 0] + gate[:, 1] * parts.broad[:, 0])
    assert p[:, 0] == pytest.approx(gate[:, 2] * parts.orphan[:, 0] + gate[:, 1] * parts.broad[:, 1])
    assert p[:, 6] == pytest.approx(gate[:, 1] * parts.broad[:, 2])


def test_chunks_do_not_show(scorer, states, monkeypatch):
    masks = {"first": np.arange(N_ROWS + 1) < 2}
    truth = np.array([0, 4, N_ROWS, -1, 7])
    whole = scorer.predict(states, truth, masks)
    monkeypatch.setattr(module, "CHUNK", 2)

    parted = scorer.predict(states, truth, masks)

    assert parted.mass["first"] == pytest.approx(whole.mass["first"])
    for name in ("gate", "trained", "top_rows", "top_p", "true_rank", "set_size", "kind_p"):
        assert np.array_equal(getattr(parted, name), getattr(whole, name)), name


def test_of_the_truth_it_tells_probability_rank_and_whether_the_set_has_it(scorer, states):
    _, p = scorer.merge(scorer.parts(states))
    whole = scorer.predict(states, np.array([0, 4, N_ROWS, -1, 7]))

    told = [0, 1, 2, 4]
    assert whole.true_p[told] == pytest.approx(p[told, [0, 4, N_ROWS, 7]])
    assert np.isnan(whole.true_p[3])
    assert whole.true_rank[3] == 0
    assert not whole.in_set[3]
    assert whole.in_set[told].all()
    assert whole.set_size.tolist() == [N_ROWS] * 5
    assert whole.true_rank[4] == (p[4, :-1] >= p[4, 7]).sum()


def test_well_stands_first_where_nothing_listed_is_likelier(scorer, states):
    whole = scorer.predict(states[:1], np.array([N_ROWS]))

    above = (whole.top_p[0] >= whole.none[0]).sum()
    assert whole.true_rank[0] == above + 1


def test_a_tie_counts_against_the_truth(scorer, states):
    _, p = scorer.merge(scorer.parts(states[:1]))
    assert p[0, 1] == pytest.approx(p[0, 2])

    assert len(set(scorer.predict(states[:1] * 2, np.array([1, 2])).true_rank.tolist())) == 1


def test_a_mask_sums_up_its_rows(scorer, states):
    _, p = scorer.merge(scorer.parts(states))
    mask = np.zeros(N_ROWS + 1, bool)
    mask[[4, 6, N_ROWS]] = True

    assert scorer.predict(states, masks={"some": mask}).mass["some"] == pytest.approx(p[:, mask].sum(1))


def test_a_patient_of_whom_nothing_is_read_gets_the_prior_and_trained_conditions_first(scorer, vocabulary):
    nothing = [state(vocabulary), state(vocabulary, absent=(FEVER,))]

    whole = scorer.predict(nothing)

    assert whole.gate == pytest.approx(np.array([SILENT] * 2))
    trained = {4, 5}
    assert set(whole.top_rows[0, :N_TRAINED].tolist()) == trained


def test_kinds_of_the_likeliest_rows(scorer, states):
    _, p = scorer.merge(scorer.parts(states))

    kinds = scorer.predict(states).kind_p

    assert kinds == pytest.approx(np.stack([p[:, 4:6].max(1), p[:, 6:8].max(1), p[:, :4].max(1)], 1))


def test_ranked_sorts_and_keeps_ties_in_place():
    p = np.array([[0.1, 0.4, 0.4, 0.05, 0.05]])
    assert ranked(p, 3).tolist() == [[1, 2, 0]]
    assert ranked(p, 99).tolist() == [[1, 2, 0, 3, 4]]
