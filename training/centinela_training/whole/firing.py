"""For every red-flag rule the least request that should fire it, made from ``data/clinical`` alone.

The engine of the rules is TypeScript (``core/redflags.ts``), and its tests say whether each of these requests does fire
its rule; here nothing is decided, only read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ..vocabulary import Vocabulary

RULES = "clinical/red_flags.json"
NEWS2 = "clinical/news2.json"
USUAL_AGE, OLDEST = 45.0, 120.0
INTENSITY = 7
# A step past a limit that is exclusive.
STEPS = {"temperature_c": 0.1}


class Request:
    """A request in the making: findings, vital signs, and the ages left."""

    def __init__(self, rule: Mapping) -> None:
        self.symptoms: dict[str, dict] = {}
        self.history: list[str] = []
        self.vitals: dict[str, object] = {}
        self.pregnant = False
        self.low, self.high = rule.get("age_from_years", 0.0), rule.get("age_below_years", OLDEST)
        self.sex = rule.get("sex", "F")

    def is_of_age(self, limits: Mapping) -> bool:
        """Whether some age is left under further limits."""
        return max(self.low, limits.get("age_from_years", 0.0)) < min(
            self.high, limits.get("age_below_years", OLDEST)
        )

    def narrow(self, limits: Mapping) -> None:
        self.low = max(self.low, limits.get("age_from_years", 0.0))
        self.high = min(self.high, limits.get("age_below_years", OLDEST))

    @property
    def age(self) -> float:
        """The usual one where it is left, else the middle of what is, in years."""
        if self.low <= USUAL_AGE < self.high:
            return USUAL_AGE
        middle = (self.low + self.high) / 2
        return round(middle, 2) if middle < 2 else float(int(middle))

    def told(self) -> dict:
        plain = {name: said["intensity"] if len(said) == 1 else said for name, said in self.symptoms.items()}
        request: dict = {"symptoms": plain, "age": self.age, "gender": self.sex}
        if self.history:
            request["medical_history"] = self.history
        if self.pregnant:
            request["pregnant"] = True
        if self.vitals:
            request["vitals"] = self.vitals
        return request


class Firing:
    """Reads the rules and what may stand for their findings: terms, measured values, statements, compositions."""

    def __init__(self, vocabulary: Vocabulary, file: Mapping) -> None:
        """``file``: ``red_flags.json``."""
        self.rules: list[dict] = file["rules"]
        self._parameters = json.loads((vocabulary.data / NEWS2).read_text("utf-8"))["parameters"]
        self._standing = {
            kind: {entry["name"]: entry for entry in file.get(kind, ())}
            for kind in ("measured", "stated", "composed")
        }
        self._term: dict[str, dict] = {}
        # Curated findings first: they are the everyday ones.
        for term in sorted(vocabulary.terms, key=lambda t: "slug" not in t):
            for name in term.get("red", ()):
                self._term.setdefault(name, term)

    def requests(self) -> list[tuple[str, dict]]:
        """Named after the rules, in the file's order."""
        return [(f"rule {rule['id']}", self._request(rule)) for rule in self.rules]

    def _request(self, rule: Mapping) -> dict:
        request = Request(rule)
        if "news2" in rule:
            self._score(request, **rule["news2"])
            return request.told()
        onset = {"onset": rule["onset"]["max_days"] / 2} if "onset" in rule else {}
        optional = [*rule["any_of"], *rule.get("vitals_any_of", ())]
        chosen = [*rule["all_of"], *rule.get("vitals_required", ()), *rule.get("also_any_of", ())[:1]]
        for what in chosen:
            self._add(request, what, onset)
        wanted = rule["any_of_min"]
        for what in optional:
            if wanted and self._add(request, what, onset):
                wanted -= 1
        return request.told()

    def _add(self, request: Request, what: str | Sequence[Mapping], said: Mapping) -> bool:
        """Adds a finding by its name, or one limit of a group of vital signs; False where no age is left for it."""
        if not isinstance(what, str):
            return self._measure(request, what)
        if what in self._term:
            self._tell(request, self._term[what], said)
        elif what in self._standing["measured"]:
            return self._measure(request, self._standing["measured"][what]["limits"])
        elif what in self._standing["stated"]:
            stated = self._standing["stated"][what]
            request.pregnant |= stated.get("pregnant", False)
            request.narrow(stated)
        elif what in self._standing["composed"]:
            composed = self._standing["composed"][what]
            details = dict(said)
            if "intensity_min" in composed:
                details["intensity"] = composed["intensity_min"]
            if "lasting_min_days" in composed:
                details["duration"] = composed["lasting_min_days"]
            if "onset_max_days" in composed:
                details["onset"] = composed["onset_max_days"]
            for part in (*composed["of"], *composed.get("and_any_of", ())[:1]):
                self._add(request, part, details)
        return True

    @staticmethod
    def _tell(request: Request, term: Mapping, said: Mapping) -> None:
        name = term.get("slug", term["id"])
        if term["kind"] in ("exposure", "risk", "medication", "demographic") and not said:
            if name not in request.history:
                request.history.append(name)
        else:
            request.symptoms[name] = {"intensity": INTENSITY} | request.symptoms.get(name, {}) | dict(said)

    @staticmethod
    def _measure(request: Request, limits: Sequence[Mapping]) -> bool:
        for limit in limits:
            if not request.is_of_age(limit) or limit["vital"] in request.vitals:
                continue
            request.narrow(limit)
            request.vitals[limit["vital"]] = within(limit)
            return True
        return False

    def _score(
        self, request: Request, total_min: int = 0, total_max: int = 99, single_score: int | None = None
    ) -> None:
        """Vital signs of a total in NEWS2, each from its gravest band that the total leaves room for."""
        total = 0
        for parameter in self._parameters:
            bands = [b for b in parameter.get("bands", ()) if b["score"] > 0]
            if single_score is not None:
                bands = [b for b in bands if b["score"] == single_score]
            for band in sorted(bands, key=lambda b: -b["score"]):
                if total >= max(1, total_min) or total + band["score"] > total_max:
                    continue
                edge = band["min"] if band["min"] is not None else band["max"]
                request.vitals[parameter["name"]] = edge
                total += band["score"]
                break


def firing_requests(vocabulary: Vocabulary) -> list[tuple[str, dict]]:
    """Of the rules in the data."""
    file = json.loads((vocabulary.data / RULES).read_text("utf-8"))
    return Firing(vocabulary, file).requests()


def within(limit: Mapping) -> object:
    """A value of a vital sign that keeps a limit, next to its edge."""
    step = STEPS.get(limit["vital"], 1)
    if "values" in limit:
        return limit["values"][0]
    if "at_least" in limit:
        return limit["at_least"]
    if "at_most" in limit:
        return limit["at_most"]
    return round(limit["above"] + step if "above" in limit else limit["below"] - step, 1)
