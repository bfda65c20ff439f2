"""Simulated patients and the prototypical network that learns from them, on a small ontology."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from orphan_parts import A, B, C, D, E, Toy, untrained

from centinela_training.orphan import net as network
from centinela_training.orphan.profiles import Graph, matrix, propagate
from centinela_training.orphan.simulate import MOST_FINDINGS, Lists, Simulator

N_DISEASES = 25


class Tree(Toy):
    """Six hundred terms, each below one of the ten before it that come first."""

    def __init__(self) -> None:
        n = 600
        up = ((), *((max(0, (i - 1) // 4),) for i in range(1, n)))
        super().__init__(tuple([*Toy().ids[:1], *(f"HP:{i}" for i in range(1, n))]), up, up)


@pytest.fixture(scope="module")
def world():
    """A graph, and profiles of six terms each, direct and propagated."""
    graph, rng = Graph(Tree()), np.random.default_rng(5)
    n = len(graph.up)
    direct = [
        dict.fromkeys(rng.choice(np.arange(30, n), 6, replace=False).tolist(), 0.8) for _ in range(N_DISEASES)
    ]
    return graph, matrix(direct, n), matrix([propagate(p, graph) for p in direct], n)


def train(world, seed, steps):
    graph, direct, propagated = world
    return network.fit(Simulator(direct, graph), propagated, seed, steps, lambda _: None)


def first_right(net, world, seed=9):
    """Share of simulated patients whose own disease has the nearest prototype."""
    graph, direct, propagated = world
    simulator, true = Simulator(direct, graph), np.arange(N_DISEASES).repeat(20)
    patients = simulator.closed(*simulator.draw(true, np.random.default_rng(seed)), len(true))
    return float(((net.embed(patients) @ net.prototypes(propagated).T).argmax(1) == true).mean())


class TestSimulator:
    def test_lists_keep_their_order(self):
        owner, at = Lists([[5, 6], [], [7]]).expand(np.array([2, 1, 0, 2]))
        assert owner.tolist() == [0, 2, 2, 3]
        assert Lists([[5, 6], [], [7]]).items[at].tolist() == [7, 5, 6, 7]

    def test_an_empty_list_gives_its_own_number(self):
        drawn = Lists([[5, 6], [], [7]]).one_of(np.array([0, 1, 2] * 50), np.random.default_rng(0))
        assert set(drawn[0::3]) == {5, 6} and set(drawn[1::3]) == {1} and set(drawn[2::3]) == {7}

    def test_every_patient_has_a_finding_and_no_more_than_a_doctor_writes(self, world):
        graph, direct, _ = world
        true = np.arange(N_DISEASES).repeat(40)
        owner, _ = Simulator(direct, graph).draw(true, np.random.default_rng(1))
        told = np.bincount(owner, minlength=len(true))
        assert told.min() >= 1 and told.max() <= 2 * MOST_FINDINGS

    def test_most_findings_are_the_diseases_own(self, world):
        graph, direct, _ = world
        true = np.arange(N_DISEASES).repeat(40)
        owner, terms = Simulator(direct, graph).draw(true, np.random.default_rng(1))
        own = np.asarray(direct[terms, true[owner]]).ravel() > 0
        assert 0.5 < own.mean() < 0.8

    def test_closed_indicators_hold_all_that_is_implied_once(self):
        graph = Graph(Toy())
        simulator = Simulator(matrix([{D: 1.0}, {E: 1.0}], len(graph.up)), graph)
        closed = simulator.closed(np.array([0, 0, 1]), np.array([D, B, E]), 2).toarray()
        assert np.flatnonzero(closed[0]).tolist() == [A, B, C, D]
        assert np.flatnonzero(closed[1]).tolist() == [E]
        assert set(np.unique(closed)) == {0, 1}


class TestNet:
    def test_information_by_hand(self):
        profiles = matrix([{A: 0.5, B: 0.5}, {A: 0.5}], 7)
        content = network.information_content(profiles)
        assert content[[A, B, C]] == pytest.approx([np.log(1 / 0.5) / np.log(1 / 0.25), 1, 0])

    def test_learns_to_tell_the_diseases_apart(self, world):
        graph, _, propagated = world
        start = network.Net(
            *(np.random.default_rng(i).normal(0, 1, (len(graph.up), 32)).astype(np.float32) for i in (1, 2)),
            network.information_content(propagated),
        )
        assert first_right(start, world) < 0.2
        assert first_right(train(world, 1, 40), world) > 0.7

    def test_the_same_seed_gives_the_same_weights(self, world):
        first, second, other = train(world, 4, 3), train(world, 4, 3), train(world, 5, 3)
        np.testing.assert_array_equal(first.patient, second.patient)
        np.testing.assert_array_equal(first.disease, second.disease)
        assert (first.patient != other.patient).any()

    def test_a_new_disease_is_found_by_a_prototype_it_was_not_trained_for(self, world):
        graph, direct, propagated = world
        last = N_DISEASES - 1
        net = train((graph, direct[:, :last], propagated[:, :last]), 1, 40)
        assert first_right(net, world) > 0.6
        simulator, true = Simulator(direct, graph), np.full(60, last)
        patients = simulator.closed(*simulator.draw(true, np.random.default_rng(3)), 60)
        new = (net.embed(patients) @ net.prototypes(propagated).T).argmax(1) == last
        assert new.mean() > 0.5


@pytest.fixture(scope="module")
def both(world):
    net = untrained(world[2])
    prototypes = net.prototypes(world[2])
    model = network.to_onnx(net, prototypes)
    onnx.checker.check_model(model, full_check=True)
    return net, prototypes, onnxruntime.InferenceSession(model.SerializeToString())


class TestOnnx:
    def rounded(self, a):
        codes, scale = network.bytes_and_scales(a)
        return codes.astype(np.float32) * scale[:, None]

    def test_equals_numpy_on_the_same_bytes(self, both):
        net, prototypes, session = both
        embedding, known = self.rounded(net.patient * net.information[:, None]), self.rounded(prototypes)
        for terms in ([1, 7, 40], [3], list(range(200))):
            [s] = session.run(["s"], {"terms": np.array(terms, np.int64)})
            patient = embedding[terms].sum(0)
            expected = known @ (patient / (np.linalg.norm(patient) + network.EPSILON))
            assert s.shape == (1, N_DISEASES)
            np.testing.assert_allclose(s[0], expected, atol=1e-5)

    def test_one_byte_a_weight_costs_little(self, both):
        net, prototypes, session = both
        [s] = session.run(["s"], {"terms": np.arange(40, 60)})
        patient = (net.patient * net.information[:, None])[40:60].sum(0)
        np.testing.assert_allclose(s[0], prototypes @ patient / np.linalg.norm(patient), atol=0.02)

    def test_nothing_to_read_gives_nought(self, both):
        [s] = both[2].run(["s"], {"terms": np.array([], np.int64)})
        assert s.shape == (1, N_DISEASES) and not s.any()
