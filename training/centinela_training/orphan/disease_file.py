"""What a file says of a disease to add, checked field by field (``docs/add-disease.md``)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from ..vocabulary import PHENOTYPE_ROOT, Vocabulary
from .knowledge import FREQUENCY_CLASSES, ONSET_YEARS, Annotation, Disease, frequency
from .part import DECADES
from .patients import Case, annotations

CODE = re.compile(r"[A-Z][A-Za-z0-9]*:[A-Za-z0-9.]+")
COUNT = re.compile(r"(\d+)/(\d+)")
PERCENT = re.compile(r"\d+(\.\d+)?%")
PMID = re.compile(r"(?:PMID:)?(\d+)")
INHERITANCE_ROOT = "HP:0000005"
FIELDS = ("code", "codes", "name", "annotations", "patients", "inheritance", "onset", "prevalence")
OF_PATIENT = ("present", "absent", "pmid")
FREQUENCIES = "a count such as 3/7, a percentage such as 45%, a class from HP:0040280 to HP:0040285, or null"


class DiseaseError(ValueError):
    """The file cannot be used; the message names the field, its value and what is allowed."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        super().__init__(f"{field}: {json.dumps(value, ensure_ascii=False)} is not allowed; {allowed}")


class Reader:
    """Reads what is told of a disease, findings as term indices."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def disease(self, told: Mapping) -> Disease:
        """A disease that the bundle lacks; raises DiseaseError."""
        _only(told, FIELDS, "")
        if not told.get("annotations") and not told.get("patients"):
            raise DiseaseError("annotations", None, "either annotations or patients are needed")
        code = self.code(told)
        codes = [_code(f"codes[{i}]", c) for i, c in enumerate(_list("codes", told.get("codes", [])))]
        name = told.get("name")
        if not isinstance(name, Mapping) or any(not _is_text(name.get(lang)) for lang in ("es", "en")):
            raise DiseaseError("name", name, 'a name in both languages, {"es": ..., "en": ...}')
        _only(name, ("es", "en"), "name.")
        prevalence = told.get("prevalence")
        if prevalence is not None and prevalence not in DECADES:
            raise DiseaseError("prevalence", prevalence, f"one of {', '.join(DECADES)}")
        return Disease(
            code,
            tuple(dict.fromkeys([code, *codes])),
            name["en"],
            name["es"],
            "es",
            prevalence,
            self._annotations(told.get("annotations", {})),
            frozenset(),
            self._classes("onset", told, lambda t: t in ONSET_YEARS, "a class of onset below HP:0003674"),
            self._classes(
                "inheritance", told, self._is_inheritance, "a mode of inheritance below HP:0000005"
            ),
            self.patients(told),
        )

    def code(self, told: Mapping) -> str:
        return _code("code", told.get("code"))

    def patients(self, told: Mapping) -> tuple[Annotation, ...]:
        """What the patients show; raises DiseaseError."""
        rows = _list("patients", told.get("patients", []))
        return tuple(annotations(self._patient(f"patients[{i}]", p) for i, p in enumerate(rows)))

    def _patient(self, at: str, told: object) -> Case:
        if not isinstance(told, Mapping):
            raise DiseaseError(at, told, 'an object {"present": [...]}')
        _only(told, OF_PATIENT, f"{at}.")
        present, absent = (
            tuple(
                self._term(f"{at}.{name}[{i}]", t)
                for i, t in enumerate(_list(f"{at}.{name}", told.get(name, [])))
            )
            for name in ("present", "absent")
        )
        if not present:
            raise DiseaseError(
                f"{at}.present", told.get("present"), "at least one finding that the patient has"
            )
        papers = (
            frozenset([_pmid(f"{at}.pmid", told["pmid"])]) if told.get("pmid") is not None else frozenset()
        )
        return Case(tuple(dict.fromkeys(present)), "", None, papers, "", tuple(dict.fromkeys(absent)))

    def _annotations(self, told: object) -> tuple[Annotation, ...]:
        if not isinstance(told, Mapping):
            raise DiseaseError(
                "annotations", told, 'an object from HPO id to frequency, {"HP:0001250": "3/7"}'
            )
        return tuple(
            Annotation(
                self._term("annotations", term), *_frequency(f"annotations.{term}", often), frozenset()
            )
            for term, often in told.items()
        )

    def _term(self, field: str, told: object) -> int:
        v = self._vocabulary
        current = v.replaced.get(told, told) if isinstance(told, str) else ""
        if current not in v.index or not current.startswith("HP:") or current == PHENOTYPE_ROOT:
            raise DiseaseError(field, told, f"a finding of HPO below {PHENOTYPE_ROOT}, by its id")
        return v.index[current]

    def _classes(
        self, field: str, told: Mapping, fits: Callable[[str], bool], allowed: str
    ) -> tuple[str, ...]:
        for i, term in enumerate(_list(field, told.get(field, []))):
            if not isinstance(term, str) or not fits(term):
                raise DiseaseError(f"{field}[{i}]", term, f"the HPO id of {allowed}")
        return tuple(sorted(told.get(field, [])))

    def _is_inheritance(self, term: str) -> bool:
        return term != INHERITANCE_ROOT and INHERITANCE_ROOT in self._vocabulary.ontology.ancestors(term)


def _only(told: Mapping, allowed: Sequence[str], at: str) -> None:
    for name in told:
        if name not in allowed:
            raise DiseaseError(f"{at}{name}", told[name], f"no such field; there are {', '.join(allowed)}")


def _list(field: str, told: object) -> list:
    if not isinstance(told, list):
        raise DiseaseError(field, told, "a list")
    return told


def _is_text(told: object) -> bool:
    return isinstance(told, str) and bool(told.strip())


def _code(field: str, told: object) -> str:
    if not isinstance(told, str) or not CODE.fullmatch(told):
        raise DiseaseError(field, told, "a code with its source, such as ORPHA:558 or OMIM:154700")
    return told


def _pmid(field: str, told: object) -> int:
    found = PMID.fullmatch(str(told))
    if not found:
        raise DiseaseError(field, told, "a number, or PMID:number")
    return int(found[1])


def _frequency(field: str, told: object) -> tuple[float, float]:
    """``(seen, of)`` of a frequency; raises DiseaseError."""
    text = "" if told is None else told
    if isinstance(text, str):
        count = COUNT.fullmatch(text)
        if count and 0 < int(count[2]) >= int(count[1]):
            return frequency(text)
        is_share = PERCENT.fullmatch(text) and float(text[:-1]) <= 100
        if text == "" or is_share or (text in FREQUENCY_CLASSES and text.startswith("HP:")):
            return frequency(text)
    raise DiseaseError(field, told, FREQUENCIES)
