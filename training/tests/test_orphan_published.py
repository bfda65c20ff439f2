"""What a request's explanation reads of the orphan knowledge."""

from __future__ import annotations

import gzip
import json

import numpy as np
from orphan_parts import A, B, C, disease

from centinela_training.orphan import published
from centinela_training.orphan.knowledge import Annotation
from centinela_training.orphan.patients import Case


def stated(term, seen, of):
    return Annotation(term, seen, of, frozenset())


def test_frequencies_are_pooled_and_a_handful_of_patients_makes_none():
    told = disease("X:1", [stated(A, 3, 4), stated(A, 3, 6), stated(B, 1, 1), stated(C, 0, 20)])

    assert published.typical(told) == {A: 60, B: published.UNSTATED}


def test_a_feature_without_a_frequency_is_kept_as_unstated():
    assert published.typical(disease("X:1", [stated(A, 0, 0)])) == {A: published.UNSTATED}


def test_the_table_is_written_by_disease(tmp_path):
    first, last = [stated(B, 9, 10), stated(A, 5, 10)], [stated(C, 0, 0)]
    published.write_typical(tmp_path, [disease("X:1", first), disease("X:2"), disease("X:3", last)])

    blob = (tmp_path / published.TYPICAL).read_bytes()
    assert np.frombuffer(blob, np.uint32, 6).tolist() == [3, 3, 0, 2, 2, 3]
    assert np.frombuffer(blob, np.uint16, 3, 24).tolist() == [A, B, C]
    assert list(blob[32:35]) == [50, 90, published.UNSTATED]
    assert len(blob) == 36


def test_patients_stand_with_their_disease_and_papers(tmp_path):
    diseases = [disease("X:1"), disease("X:2")]
    cases = [
        Case((B, A), "X:2", 1, frozenset({20, 10}), "cohort", age=3.5, sex="F"),
        Case((C,), "X:2", 1, frozenset({5}), "cohort"),
        Case((C,), "X:2", 1, frozenset(), "cohort"),
        Case((C,), "X:9", None, frozenset({6}), "cohort"),
    ]

    published.write(tmp_path, diseases, cases)

    written = json.loads(gzip.decompress((tmp_path / published.PUBLISHED).read_bytes()))
    assert written == [[], [[[5], "O", None, [C]], [[10, 20], "F", 3.5, sorted([A, B])]]]
