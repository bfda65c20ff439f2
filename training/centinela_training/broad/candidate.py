"""A condition of the broad layer, and the ways to write its name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..vocabulary import normalise


@dataclass
class Candidate:
    """A condition of the broad layer.

    ``codes``: exact equivalents, the shown one first. ``clinical``: rows of the clinical layer; ``literature``: ids of
    the literature layer; ``symptoms``: rows of the Disease Ontology; ``trained``: DDXPlus name of one of the 49.
    """

    en: str
    es: str
    es_lang: str
    codes: list[str]
    icd10: str | None = None
    clinical: list[dict] = field(default_factory=list)
    literature: list[str] = field(default_factory=list)
    symptoms: list[list[str]] = field(default_factory=list)
    trained: str | None = None
    orphan: str | None = None

    @property
    def code(self) -> str:
        return self.codes[0]

    @property
    def profile(self) -> str:
        """``trained`` (DDXPlus' table), ``clinical`` (findings of a text) or ``literature`` (co-mentions only)."""
        if self.trained:
            return "trained"
        return "clinical" if self.clinical else "literature"

    @property
    def source_kind(self) -> str:
        """The best standing among the texts: agency, reference or other; ``literature`` without a text."""
        kinds = {row["source_kind"] for row in self.clinical}
        return next((k for k in ("agency", "reference", "other") if k in kinds), "literature")

    def stated(self, key: str) -> str | None:
        """What the sources state of urgency or course; null where they differ or are of unknown standing."""
        values = {row.get(key) for row in self.clinical if row["source_kind"] != "other"} - {None}
        return values.pop() if len(values) == 1 else None

    def unconfirmed(self) -> str | None:
        """What texts of unknown standing say of the gravity: ``urgent`` or ``acute``. It may raise, never lower."""
        rows = [row for row in self.clinical if row["source_kind"] == "other"]
        if any(row.get("urgency") in ("emergency", "urgent") for row in rows):
            return "urgent"
        return "acute" if any(row.get("course") == "acute" for row in rows) else None

    @property
    def quiet(self) -> bool:
        """The layer's own, and no text calls it an emergency."""
        alarming = self.stated("urgency") == "emergency" or self.unconfirmed() == "urgent"
        return not (self.trained or self.orphan or alarming)

    def sources(self) -> list[str]:
        """Titles (with publisher) of the texts of the best standing that were read, in their order.

        A text whose title nobody noted is a bare address in the data: shown only where no other is known.
        """
        read = [s for row in self.clinical if row["source_kind"] == self.source_kind for s in row["sources"]]
        titled = [f"{title}, {publisher}" if publisher else title for title, publisher, _ in read if title]
        return list(dict.fromkeys(titled or [url for _, _, url in read]))


def variants(name: str) -> set[str]:
    """Normalised ways to write a name: whole, without and inside its parentheses, MeSH's inversion undone."""
    inside = re.findall(r"\(([^)]*)\)", name)
    return {normalise(uninverted(n)) for n in (name, outside_parentheses(name), *inside)} - {""}


def outside_parentheses(name: str) -> str:
    """``Dry eye (keratoconjunctivitis sicca)`` without what stands in parentheses."""
    return re.sub(r"\s*\([^)]*\)", "", name)


def uninverted(name: str) -> str:
    """``Anemia, Hemolytic`` as a person writes it: ``Hemolytic Anemia``."""
    return " ".join(reversed([part.strip() for part in name.split(", ")]))
