"""Whole requests scored in Python: the twin of ``lambdas/core`` that fills ``golden.json``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..common.ensemble import Ensemble, informative
from ..orphan.knowledge import Disease, Scorer
from ..simulate import State, age_band, encode
from ..vocabulary import Vocabulary, normalise


class Names:
    """Name -> term, with the priorities of ``core/names.ts``: curated, HPO labels, HPO synonyms."""

    def __init__(self, vocabulary: Vocabulary) -> None:
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


@dataclass
class Merge:
    """What joins the two parts: orphan temperature, prior of the common part, conditions in bundle order."""

    orphan_temperature: float
    prior_common: float
    orphans: list[Disease]
    common_codes: list[str]


class Reference:
    """Scores requests as the served handlers must."""

    def __init__(self, vocabulary: Vocabulary, ensemble: Ensemble, scorer: Scorer, merge: Merge) -> None:
        self.vocabulary, self.ensemble, self.scorer, self.merge = vocabulary, ensemble, scorer, merge
        self.names = Names(vocabulary)

    def state(self, request: dict) -> State:
        present: dict[int, float] = {}
        absent = [self.names.resolve(n) for n in request.get("absent", ())]
        for name, value in request.get("symptoms", {}).items():
            intensity = value["intensity"] if isinstance(value, dict) else value
            if intensity > 0:
                present[self.names.resolve(name)] = intensity
            else:
                absent.append(self.names.resolve(name))
        for name in request.get("medical_history", ()):
            present[self.names.resolve(name)] = 1
        return State(list(present), absent, request["age"], request["gender"], "")

    def p_common(self, patients: list[list[int]]) -> np.ndarray:
        """P(common) of patients given as present terms, [n]: mean ratio of common against orphan rows, fixed prior."""
        n, prior = len(self.merge.orphans), self.merge.prior_common
        parts = []
        for at in range(0, len(patients), 500):
            part = patients[at : at + 500]
            scores = self.scorer.score(part)
            queried = np.array([len(self.scorer.query(p)) > 0 for p in part])
            odds = np.where(queried, log_mean_exp(scores[:, n:]) - log_mean_exp(scores[:, :n]), 0)
            parts.append(1 / (1 + np.exp(-(odds + np.log(prior / (1 - prior))))))
        return np.concatenate(parts)

    def golden(self, name: str, request: dict) -> dict:
        """One golden case: features, part scores and the merged list."""
        state = self.state(request)
        row = encode([state], self.vocabulary)
        items = len(self.vocabulary.items)
        scores = self.scorer.score([state.present])
        n_terms = len(self.scorer.query(state.present))
        gate = float(self.p_common([state.present])[0])
        common = self.ensemble.predict(row, informative([state], self.vocabulary))[0]
        n = len(self.merge.orphans)
        logits = scores[0, :n] / (self.merge.orphan_temperature * np.sqrt(max(1, n_terms)))
        posterior = np.exp(logits - logits.max())
        posterior /= posterior.sum()
        listed = [(d.code, (1 - gate) * float(p)) for d, p in zip(self.merge.orphans, posterior, strict=True)]
        listed += [(c, gate * float(p)) for c, p in zip(self.merge.common_codes, common[:-1], strict=True)]
        listed.sort(key=lambda item: (-item[1], item[0]))
        order = np.argsort(-scores[0], kind="stable")[:20]
        return {
            "name": name,
            "request": request,
            "items": {str(i): int(row[0, i]) for i in np.flatnonzero(row[0, :items])},
            "age_band": age_band(request["age"]),
            "orphan": [{"row": int(r), "score": float(scores[0, r])} for r in order],
            "common": [float(p) for p in common],
            "gate": gate,
            "top": [{"code": code, "probability": p} for code, p in listed[:20]],
        }


def log_mean_exp(x: np.ndarray) -> np.ndarray:
    """ln of the mean of exp over the last axis."""
    peak = x.max(axis=-1, keepdims=True)
    return (peak + np.log(np.exp(x - peak).mean(axis=-1, keepdims=True)))[..., 0]
