"""How a doctor words what DDXPlus records: from its evidences to the findings of the vocabulary."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from .vocabulary import UNUSABLE_EVIDENCES, Vocabulary


class Wording:
    """From DDXPlus evidences to the findings a doctor would name."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        exact: dict[str, list[int]] = defaultdict(list)
        loose: dict[str, list[int]] = defaultdict(list)
        self.group: dict[str, list[int]] = defaultdict(list)
        self._narrower: dict[str, list[int]] = defaultdict(list)
        for finding in vocabulary.curated:
            term = vocabulary.index[finding["id"]]
            for e in finding["evidences"]:
                codes = [f"{e['code']}_@_{v}" for v in e["values"]] if "values" in e else [e["code"]]
                if e["code"] in UNUSABLE_EVIDENCES or e.get("polarity") == "absent":
                    continue
                for code in codes:
                    if e["relation"] == "exact":
                        exact[code].append(term)
                    elif e["relation"] == "one_of":
                        loose[code].append(term)
                    if finding.get("group") and e["relation"] != "implied":
                        self.group[code].append(term)
                    if e["relation"] == "narrower":
                        self._narrower[code].append(term)
        self.exact, self.loose = dict(exact), dict(loose)

    def name(self, code: str, rng: np.random.Generator, plain: bool = False) -> int | None:
        """One finding for one positive evidence; unless ``plain``, the doctor's general word now and then."""
        if not plain:
            for source, chance in ((self.group, 0.5), (self.loose, 0.3 if code in self.exact else 1.0)):
                choices = source.get(code)
                if choices and rng.random() < chance:
                    return choices[rng.integers(len(choices))]
        choices = self.exact.get(code) or self.loose.get(code)
        return choices[rng.integers(len(choices))] if choices else None

    def all_names(self, code: str) -> set[int]:
        return {*self.exact.get(code, ()), *self.loose.get(code, ()), *self.group.get(code, ())}

    def true_of(self, code: str) -> set[int]:
        """Findings that a yes makes true, or may: none of them can be denied."""
        return self.all_names(code) | set(self._narrower.get(code, ()))
