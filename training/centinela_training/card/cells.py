"""What stands in the card: words in both languages, and figures that name the report and the place they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LANGS = ("es", "en")
MANIFEST = "manifest.json"
NARROW_SPACE = "\u202f"


@dataclass(frozen=True)
class Words:
    """The same in Spanish and English."""

    es: str
    en: str

    @classmethod
    def of(cls, told: Mapping[str, str]) -> Words:
        return cls(told["es"], told["en"])

    def localised(self, lang: str) -> str:
        return self.es if lang == "es" else self.en


@dataclass(frozen=True)
class Figure:
    """A number of a report. ``unit``: ``share`` (shown as a percentage), ``number`` or ``count``.

    ``value`` None: undefined there, shown as a dash. ``path``: keys and indices in the JSON file ``source``.
    """

    value: float | None
    interval: tuple[float, float] | None
    unit: str
    source: str
    path: tuple[str | int, ...]

    def localised(self, lang: str) -> dict:
        return {
            "value": self.value,
            "interval": self.interval and list(self.interval),
            "unit": self.unit,
            "source": self.source,
            "path": list(self.path),
            "text": self.text(lang),
        }

    def text(self, lang: str) -> str:
        if self.value is None:
            return "—"
        shown = written(self.value, self.unit, lang)
        if self.interval is None:
            return f"{shown} %" if self.unit == "share" else shown
        low, high = (written(v, self.unit, lang) for v in self.interval)
        return f"{shown} % ({low}–{high})" if self.unit == "share" else f"{shown} ({low}–{high})"


Cell = Words | Figure | str


def written(value: float, unit: str, lang: str) -> str:
    """The number alone: shares in percent with one decimal, numbers with three, counts whole."""
    if unit == "count":
        text = f"{value:,.0f}"
        return text.replace(",", NARROW_SPACE if value >= 10_000 else "") if lang == "es" else text
    text = f"{100 * value:.1f}" if unit == "share" else f"{value:.3f}"
    return text.replace(".", ",") if lang == "es" else text


class Reports:
    """The reports of one training run and the manifest of its bundle, read as they are asked for.

    Raises ValueError where the reports are of another run than the bundle.
    """

    def __init__(self, bundle: Path, reports: Path) -> None:
        self._folder = reports
        self.manifest = json.loads((bundle / MANIFEST).read_text("utf-8"))
        self._read = {MANIFEST: self.manifest}
        same = self.manifest["metrics"]
        if same["common"] != self.get("performance.json", "states") or same["targets"] != self.get(
            "targets.json"
        ):
            raise ValueError(f"{reports} and {bundle} are not of the same training run")

    def has(self, file: str) -> bool:
        return (self._folder / file).is_file()

    def get(self, file: str, *path: str | int) -> object:
        """What stands there; raises KeyError or IndexError where nothing does."""
        if file not in self._read:
            self._read[file] = json.loads((self._folder / file).read_text("utf-8"))
        value = self._read[file]
        for key in path:
            value = value[key]
        return value

    def figure(self, file: str, *path: str | int, unit: str = "share") -> Figure:
        """A number there, with its interval: ``[value, low, high]``, or the neighbour called ``{name}_interval``."""
        value = self.get(file, *path)
        source = file if file == MANIFEST else f"reports/{file}"
        if isinstance(value, list):
            return Figure(value[0], (value[1], value[2]), unit, source, path)
        around = self.get(file, *path[:-1])
        interval = around.get(f"{path[-1]}_interval") if isinstance(around, dict) else None
        return Figure(value, interval and tuple(interval), unit, source, path)

    def count(self, file: str, *path: str | int) -> Figure:
        return self.figure(file, *path, unit="count")

    def number(self, file: str, *path: str | int) -> Figure:
        return self.figure(file, *path, unit="number")


@dataclass(frozen=True)
class Table:
    """``rows``: as many cells as ``columns``."""

    title: Words
    columns: Sequence[Words]
    rows: Sequence[Sequence[Cell]]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.title.en}: not every row has {len(self.columns)} cells")

    def localised(self, lang: str) -> dict:
        return {
            "type": "table",
            "title": self.title.localised(lang),
            "columns": [c.localised(lang) for c in self.columns],
            "rows": [[c if isinstance(c, str) else c.localised(lang) for c in row] for row in self.rows],
            "sources": list(
                dict.fromkeys(c.source for row in self.rows for c in row if isinstance(c, Figure))
            ),
        }


@dataclass(frozen=True)
class Text:
    """Paragraphs; several are a list of points."""

    points: Sequence[Words]

    def localised(self, lang: str) -> dict:
        return {"type": "text", "points": [p.localised(lang) for p in self.points]}


@dataclass(frozen=True)
class Image:
    """``path``: in the project."""

    path: str
    alt: Words

    def localised(self, lang: str) -> dict:
        return {"type": "image", "path": self.path, "alt": self.alt.localised(lang)}


Block = Text | Table | Image
