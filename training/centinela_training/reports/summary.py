"""The two reports that read the others: targets and comparison."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .comparison import comparison
from .targets import targets
from .write import write_json


def summary_reports(folder: Path, reports: Mapping[str, dict]) -> dict[str, dict]:
    """Writes ``targets.json`` and ``comparison.json``; returns both.

    ``reports``: what ``common_report`` returned, and as ``whole`` and ``orphan`` what ``whole_report`` and
    ``orphan_tables`` did.
    """
    result = {"targets": targets(reports), "comparison": comparison(reports)}
    for name, report in result.items():
        write_json(folder / f"{name}.json", report)
    return result
