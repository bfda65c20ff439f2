"""The broad layer's features and scorer, on a small made-up world; the same world tests the TypeScript twin."""

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnxruntime
import pytest

from centinela_training.broad import part as broad
from centinela_training.broad import profiles, scorer
from centinela_training.broad.candidate import Candidate
from centinela_training.broad.confidence import MISSED, Confidence, fit_confidence, posterior, saturated
from centinela_training.broad.features import FEATURES, Features, standardise
from centinela_training.broad.profiles import Direct
from centinela_training.simulate import State
from centinela_training.softmax import softmax
from centinela_training.vocabulary import closure

N_TERMS, N_CANDIDATES = 40, 15
FIXTURE = Path(__file__).parents[2] / "test/core/broad.fixture.json"


def world() -> SimpleNamespace:
    """Forty terms in a graph below a root; every eighth is a context term."""
    rng = np.random.default_rng(3)
    up = [[]] + [
        sorted({int(p) for p in rng.integers(0, i, size=1 + (i % 5 == 0))}) for i in range(1, N_TERMS)
    ]
    kinds = ["risk" if i % 8 == 7 else "symptom" for i in range(N_TERMS)]
    ids = ["HP:0000118", *(f"CEN:t{i}" for i in range(1, N_TERMS))]
    return SimpleNamespace(
        ids=ids,
        index={term: i for i, term in enumerate(ids)},
        up=up,
        closures=[closure(up, i) for i in range(N_TERMS)],
        terms=[
            {"id": term, "kind": kind, "es": term, "en": term, **({"up": above} if above else {})}
            for term, kind, above in zip(ids, kinds, up, strict=True)
        ],
    )


def direct(vocabulary: SimpleNamespace) -> list[Direct]:
    """Candidates with and, every fifth, without a clinical profile."""
    rng = np.random.default_rng(4)
    made = []
    for row in range(N_CANDIDATES):
        terms = [int(t) for t in rng.choice(np.arange(1, N_TERMS), size=6, replace=False)]
        p = {t: float(rng.choice((0.95, 0.8, 0.5, 0.25, 0.05))) for t in terms}
        context = {t: v for t, v in p.items() if vocabulary.terms[t]["kind"] == "risk"}
        mentions = {int(t): float(rng.integers(1, 900)) for t in rng.choice(np.arange(1, N_TERMS), size=8)}
        if row % 5 == 4:
            p, context = {}, {}
        sex = (("F", 1.0), ("M", 0.5), None)[row % 3]
        made.append(Direct(p, context, mentions, sex, (row % 6,) if row % 2 else (), row % 4 != 0))
    return made


NEWBORNS, PREGNANT = 7, 6
CONFIDENCES = tuple(Confidence(t, c) for t, c in ((2.0, 2.5), (1.5, 3.0), (1.2, 4.0), (0.9, 6.0), (0.8, 9.0)))


def candidate(row: int) -> Candidate:
    """Every third is women's alone, of these one of pregnancy; one is newborns'."""
    text = {"source_kind": "agency", "sources": [["Text", "Agency", "https://example.org"]]}
    limits = {0: {"sex": "F"}, NEWBORNS: {"ages": ["infant"]}}.get(row if row == NEWBORNS else row % 3)
    name = {NEWBORNS: f"Neonatal c{row}", PREGNANT: f"c{row} in pregnancy"}.get(row, f"c{row}")
    return Candidate(name, name, "es", [f"DOID:{row}"], clinical=[text | limits] if limits else [])


@pytest.fixture(scope="module")
def part() -> broad.BroadPart:
    vocabulary = world()
    candidates = [candidate(i) for i in range(N_CANDIDATES)]
    made = broad.BroadPart(candidates, direct(vocabulary), vocabulary, np.arange(N_CANDIDATES) + 100)
    made.weights = broad.Weights(scorer.HAND_SET.astype(np.float32), CONFIDENCES)
    return made


def patients(part: broad.BroadPart, n: int = 30) -> list[State]:
    states, _ = part.simulate_broad(n, np.random.default_rng(11), withhold=0)
    return states


class TestFeatures:
    def test_the_order_of_findings_does_not_matter(self, part: broad.BroadPart) -> None:
        for state in patients(part):
            turned = dataclasses.replace(state, present=state.present[::-1], absent=state.absent[::-1])

            assert np.allclose(part.logits([state]), part.logits([turned]), atol=1e-5)

    def test_a_finding_that_another_implies_changes_nothing(self, part: broad.BroadPart) -> None:
        state = State([20], [], 40, "F", "")
        above = [a for a, d in part.features.steps(20) if d > 0]

        assert above
        assert np.allclose(
            part.logits([state]), part.logits([dataclasses.replace(state, present=[20, *above])])
        )

    def test_an_unknown_finding_moves_no_candidate_and_lowers_the_coverage(
        self, part: broad.BroadPart
    ) -> None:
        known = State([20], [], 40, "F", "")
        strange = dataclasses.replace(known, present=[20, 0])

        assert part.features.steps(0) == []
        assert np.array_equal(part.logits([known]), part.logits([strange]))
        coverage = broad.SUMMARY.index("coverage")
        assert part.summary([strange])[0, coverage] < part.summary([known])[0, coverage]

    def test_withholding_a_profile_lowers_its_candidate(self, part: broad.BroadPart) -> None:
        states = [s for s in patients(part) if len(s.present) >= 2]
        truth = np.array([s.row for s in states])

        full, held = part.logits(states), part.logits(states, truth)

        at = np.arange(len(states))
        assert np.mean(full[at, truth] - held[at, truth]) > 0.5

    def test_a_withheld_profile_is_as_one_that_was_never_there(self, part: broad.BroadPart) -> None:
        state = next(s for s in patients(part) if part.direct[s.row].findings)
        raw = part.features.raw(state, state.row)

        likelihood = raw[state.row, FEATURES.index("likelihood")]
        today, _ = part.features.split(state)
        assert likelihood == pytest.approx(np.log(0.6) * len(today))
        assert raw[state.row, FEATURES.index("explained")] == 0

    def test_absence_of_the_usual_speaks_against(self, part: broad.BroadPart) -> None:
        row, term = next((i, t) for i, d in enumerate(part.direct) for t, p in d.findings.items() if p >= 0.8)

        raw = part.features.raw(State([], [term], 40, "F", ""))

        assert raw[row, FEATURES.index("absent")] < 0

    def test_unprofiled_candidates_stand_at_the_mean(self) -> None:
        x = np.arange(12 * 4, dtype=float).reshape(4, 12) ** 2
        unprofiled = np.array([False, False, True, False])

        z = standardise(x, unprofiled)

        assert np.all(z[2, [1, 2, 4]] == 0)
        assert np.allclose(z[~unprofiled][:, 1].mean(), 0, atol=1e-6)
        assert np.all(z[:, 0] != 0)


class TestPart:
    def test_the_exported_scorer_gives_the_same_logits(self, part: broad.BroadPart, tmp_path: Path) -> None:
        section = part.write(tmp_path)
        session = onnxruntime.InferenceSession(str(tmp_path / section["file"]))
        state = next(s for s in patients(part) if part.known(s) >= 2)
        features = standardise(part.features.raw(state), part.unprofiled)

        [scores] = session.run(None, {"f": features})

        known = part.known(state)
        possible = part.people.possible(state.sex, state.age)
        confidence = part.weights.confidences[broad.band_of([known])[0]]
        p = posterior(scores[:, 0][None], possible[None], part.quiet, [known], confidence)[0]
        assert np.allclose(p, softmax(part.logits([state])[0]), atol=1e-6)

    def test_what_a_patient_cannot_have_never_competes(self, part: broad.BroadPart) -> None:
        for state in patients(part):
            man = dataclasses.replace(state, sex="M", age=40)
            women = np.arange(N_CANDIDATES) % 3 == 0

            p = softmax(part.logits([man])[0])

            assert np.all(p[women] == 0)
            assert p[NEWBORNS] == 0
            assert np.all(np.delete(p, [*np.flatnonzero(women), NEWBORNS]) > 0)
            assert p.sum() == pytest.approx(1)
            assert np.all(np.isfinite(part.summary([man])))

    def test_who_tells_no_sex_may_have_all_of_his_age(self, part: broad.BroadPart) -> None:
        [state] = patients(part, 1)

        for age, out in ((0.5, {PREGNANT}), (30, {NEWBORNS}), (56, {NEWBORNS, PREGNANT})):
            logits = part.logits([dataclasses.replace(state, sex="O", age=age)])[0]
            assert set(np.flatnonzero(np.isinf(logits))) == out

    def test_the_gate_reads_what_the_possible_explain(self, part: broad.BroadPart) -> None:
        row = 3
        [term] = [
            t for t, p in part.direct[row].findings.items() if p == max(part.direct[row].findings.values())
        ][:1]
        woman, man = (State([term], [], 40, sex, "") for sex in "FM")

        best = [float(part.summary([s])[0, broad.SUMMARY.index("best_likelihood")]) for s in (woman, man)]

        raw = part.features.raw(man)[:, FEATURES.index("likelihood")]
        possible = part.people.possible("M", 40)
        assert best[1] == pytest.approx(raw[possible].max())
        assert best[0] == pytest.approx(raw[part.people.possible("F", 40)].max())

    def test_nobody_is_simulated_who_cannot_have_it(self, part: broad.BroadPart) -> None:
        drawn = patients(part, 300)

        assert all(part.people.possible(s.sex, s.age)[s.row] for s in drawn)
        assert any(s.row == NEWBORNS for s in drawn)

    def test_learning_lifts_the_truth_and_stays_near_the_hand_set(self, part: broad.BroadPart) -> None:
        states, _ = part.simulate_broad(200, np.random.default_rng(1), withhold=0)
        x = np.stack([standardise(part.features.raw(s), part.unprofiled) for s in states])
        truth = np.array([s.row for s in states])

        possible = np.stack([part.people.possible(s.sex, s.age) for s in states])

        learned = scorer.fit_weights(x, truth, possible)

        def loss(w: np.ndarray) -> float:
            score = np.where(possible, x @ w, -np.inf)
            return -float(np.log(softmax(score)[np.arange(len(truth)), truth]).mean())

        assert loss(learned) < loss(scorer.HAND_SET)
        assert np.all(learned >= 0)
        assert np.abs(learned - scorer.HAND_SET).max() < 2

    def test_the_same_seed_draws_the_same_patients(self, part: broad.BroadPart) -> None:
        assert patients(part) == patients(part)

    def test_findings_that_a_profile_lacks_count_as_if_its_text_had_never_named_them(
        self, part: broad.BroadPart
    ) -> None:
        state = next(s for s in patients(part) if part.direct[s.row].findings and not s.absent)
        state = dataclasses.replace(state, sex="O", chief=-1)
        every = frozenset(state.present)

        none, all_of_them = (part.features.raw(state, state.row, lacking) for lacking in (frozenset(), every))
        withheld = part.features.raw(state, state.row)

        assert np.allclose(none, part.features.raw(state), atol=1e-6)
        named_by_texts = [i for i, name in enumerate(FEATURES) if name not in ("sex", "age")]
        assert np.allclose(all_of_them[:, named_by_texts], withheld[:, named_by_texts], atol=1e-5)

    def test_writes_what_the_reader_expects(self, part: broad.BroadPart, tmp_path: Path) -> None:
        section = part.write(tmp_path)

        header = np.frombuffer((tmp_path / section["profiles_file"]).read_bytes()[:16], "<u4")
        assert header.tolist()[:2] == [N_TERMS, N_CANDIDATES]
        assert len(section["weights"]) == len(section["features"]) == len(FEATURES)
        assert profiles.AGE_FROM[0] == 0


class TestConfidence:
    def test_finds_the_temperature_that_was_put_in(self) -> None:
        rng = np.random.default_rng(0)
        scores = rng.normal(size=(4000, 8)) * 2
        possible, known = np.ones(scores.shape, bool), np.full(4000, 20)
        truth = np.array([rng.choice(8, p=p) for p in softmax(scores)])

        found = fit_confidence(scores * 1.7, possible, np.ones(8, bool), known, truth)

        assert found.temperature == pytest.approx(1.7, rel=0.15)

    def test_one_finding_never_makes_a_condition_likelier_than_not(self) -> None:
        scores = np.zeros((1, 1000))
        scores[0, 3] = 60.0
        possible = np.ones((1, 1000), bool)
        quiet = np.arange(1000) % 5 > 0

        one, many = (posterior(scores, possible, quiet, [n], Confidence(1.0, 50.0))[0] for n in (1, 9))

        assert one[3] == pytest.approx(1 - MISSED, abs=1e-3)
        assert many[3] > 0.99
        assert one.sum() == pytest.approx(1)
        # What is kept back raises no alarm.
        assert one[~quiet].sum() == pytest.approx(0, abs=1e-9)

    def test_no_logit_exceeds_the_ceiling_and_none_loses_its_place(self) -> None:
        scores = np.array([-40.0, -1.0, 0.0, 0.1, 5.0, 40.0])

        logits = saturated(scores, Confidence(1.5, 4.0))

        assert np.abs(logits).max() <= 4
        assert np.all(np.diff(logits) > 0)


def fixture(part: broad.BroadPart, tmp_path: Path) -> dict:
    """The small world as TypeScript reads it, with what Python computed of its patients."""
    section = part.write(tmp_path)
    states = [*patients(part, 12), State([0], [], 50, "O", ""), State([], [3], 1, "M", "")]
    return {
        "section": section,
        "profiles": (tmp_path / section["profiles_file"]).read_bytes().hex(),
        "entries": part.entries(),
        "terms": part.features.vocabulary.terms,
        "patients": [
            {
                "present": s.present,
                "absent": s.absent,
                "age": s.age,
                "sex": s.sex,
                "chief": s.chief,
                "history": list(s.history),
                "posterior": np.round(softmax(part.logits([s])[0]), 7).tolist(),
                "summary": np.round(part.summary([s])[0], 7).tolist(),
            }
            for s in states
        ],
    }


def test_the_fixture_of_the_twin_is_up_to_date(part: broad.BroadPart, tmp_path: Path) -> None:
    made = fixture(part, tmp_path)
    stored = json.loads(FIXTURE.read_text("utf-8"))

    for new, old in zip(made["patients"], stored["patients"], strict=True):
        assert np.allclose(new.pop("posterior"), old.pop("posterior"), atol=1e-6)
        assert np.allclose(new.pop("summary"), old.pop("summary"), atol=1e-6)
    assert made == stored


def test_features_know_terms_through_broader_ones(part: broad.BroadPart) -> None:
    assert isinstance(part.features, Features)
    scored = {t for t in range(N_TERMS) if any(d == 0 for _, d in part.features.steps(t))}
    below = [t for t in range(1, N_TERMS) if t not in scored and part.features.steps(t)]
    assert all(part.features.query([t]) == [t] for t in below)
