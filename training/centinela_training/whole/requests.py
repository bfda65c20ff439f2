"""Requests as the handlers read them: names to terms, and a patient's state."""

from __future__ import annotations

from collections.abc import Iterable

from ..simulate import State
from ..vocabulary import BACKGROUND_KINDS, Vocabulary, normalise


class Names:
    """Name -> term, with the priorities of ``core/names.ts``: curated, HPO labels, HPO synonyms."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.kind = [t["kind"] for t in vocabulary.terms]
        self.by_id = {t["id"].lower(): i for i, t in enumerate(vocabulary.terms)}
        self.by_old = {old.lower(): vocabulary.index[new] for old, new in vocabulary.replaced.items()}
        self.by_name: dict[str, int] = {}
        ranks: list[list[tuple[str, int]]] = [[], [], []]
        for i, t in enumerate(vocabulary.terms):
            synonyms = [*t.get("syn_es", ()), *t.get("syn_en", ())]
            labels = [t["es"], t["en"]]
            if "slug" in t:
                ranks[0] += [(n, i) for n in [*labels, t["slug"], *synonyms]]
            else:
                ranks[1] += [(n, i) for n in labels]
                ranks[2] += [(n, i) for n in synonyms]
        for rank in ranks:
            claims: dict[str, set[int]] = {}
            for name, i in rank:
                claims.setdefault(normalise(name), set()).add(i)
            for key, owners in claims.items():
                if key and key not in self.by_name:
                    self.by_name[key] = owners.pop() if len(owners) == 1 else -1

    def resolve(self, name: str) -> int:
        """Raises KeyError for a name that the vocabulary does not have."""
        key = name.strip().lower()
        if key in self.by_old:
            return self.by_old[key]
        term = self.by_id.get(key, self.by_name.get(normalise(name), -1))
        if term < 0:
            raise KeyError(name)
        return term

    def known(self, given: Iterable[str]) -> list[str]:
        """Those of the names that the vocabulary has."""

        def is_known(name: str) -> bool:
            try:
                return self.resolve(name) >= 0
            except KeyError:
                return False

        return [name for name in given if is_known(name)]


def read_state(request: dict, names: Names) -> State:
    """The state of a request; raises KeyError for a name that nobody knows, unless its validation is lenient.

    The chief complaint is the finding of today of the greatest intensity, where there is one; context, such as a
    journey, is no complaint.
    """
    known = names.known if request.get("validation") == "lenient" else list
    present: dict[int, float] = {}
    absent = [names.resolve(n) for n in known(request.get("absent", ()))]
    for name in known(request["symptoms"]):
        value = request["symptoms"][name]
        intensity = value["intensity"] if isinstance(value, dict) else value
        term = names.resolve(name)
        if intensity > 0:
            present[term] = max(intensity, present.get(term, 0))
        else:
            absent.append(term)
    history = [t for t in map(names.resolve, known(request.get("medical_history", ()))) if t not in present]
    rated = {t: i for t, i in present.items() if names.kind[t] not in BACKGROUND_KINDS}
    most = [t for t, i in rated.items() if i == max(rated.values())]
    return State(
        list(dict.fromkeys([*present, *history])),
        list(dict.fromkeys(absent)),
        request["age"],
        request["gender"],
        "",
        chief=most[0] if len(most) == 1 else -1,
        history=tuple(dict.fromkeys(history)),
    )
