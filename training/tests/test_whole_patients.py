"""Patients of the three kinds, matched."""

import numpy as np
import pytest

from centinela_training.simulate import State
from centinela_training.whole.gate_report import alarmed, compare, drawn_weights, roc_auc
from centinela_training.whole.patients import (
    SIZES,
    WITH_HISTORY,
    Histories,
    Rewording,
    cut,
    cut_at_random,
    matching_weights,
    of_kind,
    together,
)
from centinela_training.whole.requests import Names, read_state


def patients(kind: int, sizes: list[int]):
    states = [State(list(range(size)), [], 30, "F", "") for size in sizes]
    return of_kind(kind, states, [-1] * len(sizes), [f"{kind}"] * len(sizes))


def test_a_cut_keeps_the_order_and_what_it_knows_of_the_findings():
    state = State([9, 8, 7, 6], [1], 30, "F", "x", 5, chief=9, history=(6,))

    for seed in range(20):
        short = cut(state, 2, np.random.default_rng(seed))
        assert len(short.present) == 2
        assert short.present == [t for t in state.present if t in short.present]
        assert short.chief == (9 if 9 in short.present else -1)
        assert short.history == ((6,) if 6 in short.present else ())
        assert (short.absent, short.row) == ([1], 5)
    assert cut(state, 4, np.random.default_rng(0)) is state


def test_all_kinds_are_cut_alike():
    rng = np.random.default_rng(0)
    drawn = [cut_at_random(patients(k, [30] * 4000), rng) for k in (0, 2)]
    counts = [np.bincount([len(s.present) for s in p.states], minlength=31) / 4000 for p in drawn]

    assert set(np.flatnonzero(counts[0])) == set(SIZES)
    assert counts[0] == pytest.approx(counts[1], abs=0.03)


def test_weights_give_each_kind_its_share_of_every_size():
    mixed = together(
        [patients(0, [1] * 30 + [5] * 10), patients(1, [1] * 10 + [5] * 20), patients(2, [1, 5] * 15)]
    )
    weight = matching_weights(mixed)
    size = np.array([len(s.present) for s in mixed.states])

    for s in (1, 5):
        shares = [weight[(size == s) & (mixed.kind == k)].sum() for k in range(3)]
        assert shares == pytest.approx([sum(shares) / 3] * 3)


def test_rewording_moves_to_neighbours_and_leaves_local_words_alone(vocabulary):
    fever, local = vocabulary.index["HP:0001945"], vocabulary.index["CEN:mareo"]
    state = State([fever, local], [], 30, "F", "", chief=fever, history=(fever,))
    reword = Rewording(vocabulary, np.random.default_rng(0))

    told = [reword(state) for _ in range(300)]

    near = {fever, *vocabulary.hpo_up[fever], *reword.down[fever]}
    firsts = [s.present[0] for s in told]
    assert set(firsts) <= near
    assert 0.08 < np.mean([t != fever for t in firsts]) < 0.22
    assert all(s.present[1] == local for s in told)
    assert all(s.chief == s.present[0] and s.history == (s.present[0],) for s in told)


def test_a_history_is_added_to_some_and_told_as_one(vocabulary):
    fever = vocabulary.index["HP:0001945"]
    add = Histories(vocabulary, np.random.default_rng(0))

    told = [add(State([fever], [], 70, "F", "")) for _ in range(500)]

    longer = [s for s in told if len(s.present) > 1]
    assert len(longer) / 500 == pytest.approx(WITH_HISTORY, abs=0.06)
    assert all(s.present == [fever, *s.history] for s in told)
    assert {vocabulary.terms[t]["kind"] for s in longer for t in s.history} == {"history", "risk"}


def test_alarms_are_counted_where_nineteen_in_twenty_orphan_patients_are():
    p = np.array([*np.linspace(0.81, 1, 20), 0.9, 0.83, 0.5, 0.1])
    orphan = np.arange(24) < 20

    assert alarmed(p, orphan, np.ones(24)) == pytest.approx(0.5)


def test_intervals_hold_the_value_and_draw_whole_sources():
    rng = np.random.default_rng(2)
    mixed = together([patients(0, [3] * 200), patients(2, [3] * 200)])
    mixed.source[:] = [f"s{i // 4}" for i in range(400)]
    p = np.concatenate([rng.uniform(0, 0.6, 200), rng.uniform(0.4, 1, 200)])

    figures = compare(p, mixed, 0, rng)

    for value, low, high in (figures["roc_auc"], figures["alarmed_at_95_recall"]):
        assert low <= value <= high
        assert low < high
    weight = drawn_weights(np.arange(400) // 4, rng)
    assert all(len(set(weight[i : i + 4])) == 1 for i in range(0, 400, 4))


@pytest.fixture(scope="module")
def names(vocabulary):
    return Names(vocabulary)


def test_a_request_becomes_the_state_that_the_handlers_read(names):
    request = {
        "symptoms": {"fiebre": 8, "tos": {"intensity": 3}, "dolor_garganta": 0, "Fever": 2},
        "medical_history": ["asma", "fiebre"],
        "absent": ["dolor_pecho"],
        "age": 8,
        "gender": "M",
    }
    term = names.resolve

    state = read_state(request, names)

    assert state.present == [term("fiebre"), term("tos"), term("asma")]
    assert sorted(state.absent) == sorted([term("dolor_garganta"), term("dolor_pecho")])
    assert state.chief == term("fiebre")
    assert state.history == (term("asma"),)
    assert read_state({**request, "symptoms": {"fiebre": 5, "tos": 5}}, names).chief == -1
    context = {**request, "symptoms": {"embarazo": 9, "tos": 5}}
    assert read_state(context, names).chief == term("tos")


def test_a_name_that_nobody_knows_is_told(names):
    with pytest.raises(KeyError):
        names.resolve("no such finding")


def test_the_area_is_that_of_scikit_learn_ties_and_weights_among_it():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(5)
    p, orphan, weight = rng.integers(0, 8, 200) / 8, rng.random(200) < 0.4, rng.integers(1, 5, 200)

    assert roc_auc(p, orphan, weight) == pytest.approx(roc_auc_score(orphan, p, sample_weight=weight))
