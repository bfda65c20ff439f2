"""The orphan part as a whole: evidence, context and scales of each patient."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from orphan_parts import A, B, C, D, E, Toy, counted, disease, trained_columns, untrained

from centinela_training.orphan.knowledge import X_RECESSIVE
from centinela_training.orphan.part import Knowledge, build, disease_facts
from centinela_training.orphan.profiles import Graph
from centinela_training.simulate import State

TOY = Toy()
DISEASES = [
    disease("X:1", counted({D: (3, 4)}), inheritance=(X_RECESSIVE,)),
    disease("X:2", counted({E: (2, 4), C: (1, 3)})),
    disease("X:3", counted({E: (2, 4), B: (4, 4)}), patients=counted({A: (1, 1)})),
]


@pytest.fixture(scope="module")
def part():
    knowledge = Knowledge.of(DISEASES, TOY, Graph(TOY))
    made = build(knowledge, TOY, untrained(knowledge.propagated), trained_columns(len(TOY.ids), E))
    made.prevalence = np.array([0.15, 0.0, -0.05])
    made.scales = [{"min_terms": 0, "scale": 1.0}, {"min_terms": 2, "scale": 0.5}]
    return made


def state(*present: int, sex: str = "M") -> State:
    return State(list(present), [], 40, sex, "")


class TestLogits:
    def test_scale_times_ratios_by_the_root_of_the_findings_network_and_context(self, part):
        patients = [state(D), state(D, E), state(sex="F")]
        lr, cosines = part.lr(patients), part.cosines(patients)
        assert lr.shape == (3, 4) and cosines.shape == (3, 3)
        context = np.array([0.15, 0.0, -0.05])
        expected = [
            1.0 * (lr[0, :3] + 2 * cosines[0] + context),
            0.5 * (lr[1, :3] / np.sqrt(2) + 2 * cosines[1] + context),
            context + np.array([-1.5, 0, 0]),  # nothing is known but her sex
        ]
        np.testing.assert_allclose(part.logits(patients), expected, atol=1e-9)

    def test_only_a_woman_is_unlikely_to_have_an_x_linked_recessive_disease(self, part):
        for sex, less in (("F", -1.5), ("M", 0), ("O", 0)):
            by_sex = part.evidence([state(D, sex=sex)]) - part.evidence([state(D)])
            np.testing.assert_allclose(by_sex, [[less, 0, 0]], atol=1e-9)

    def test_rows_with_published_patients_are_discounted(self, part):
        assert part.scorer.discounted.tolist() == [False, False, True, False]

    def test_cosines_are_those_of_the_onnx_model(self, part):
        session = onnxruntime.InferenceSession(part.model)
        for present in ([D], [D, E], [C], []):
            terms = part.scorer.implied(present)
            [s] = session.run(["s"], {"terms": terms})
            np.testing.assert_allclose(part.cosines([state(*present)]), s, atol=1e-5)

    def test_the_same_knowledge_gives_the_same_bytes(self, part):
        knowledge = Knowledge.of(DISEASES, TOY, Graph(TOY))
        again = build(knowledge, TOY, untrained(knowledge.propagated), trained_columns(len(TOY.ids), E))
        assert again.model == part.model
        np.testing.assert_array_equal(again.ratios.codes, part.ratios.codes)


class TestFacts:
    @pytest.mark.parametrize(
        ("known", "entry"),
        [
            ({}, {}),
            ({"inheritance": (X_RECESSIVE,)}, {"x_recessive": True}),
            ({"inheritance": ("HP:0000006", X_RECESSIVE)}, {}),  # not in every family
        ],
    )
    def test_inheritance(self, known, entry):
        assert disease_facts(disease(**known)).entry() == entry

    def test_prevalence_in_decades(self, diseases):
        marfan = next(d for d in diseases if d.code == "ORPHA:558")
        assert disease_facts(marfan).entry() == {"decades": 2.3}
