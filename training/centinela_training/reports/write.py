"""Reports as files: the same figures always give the same bytes."""

from __future__ import annotations

import json
from pathlib import Path


def write_json(path: Path, value: object) -> None:
    """Indented JSON; lists of plain values stay on one line, so that an interval reads as one."""
    path.write_text(as_text(value) + "\n", "utf-8")


def as_text(value: object, indent: str = "") -> str:
    """JSON of ``value``; raises ValueError for NaN, which JSON does not have."""
    inner = indent + " "
    if isinstance(value, dict) and value:
        lines = [f"{inner}{json.dumps(k, ensure_ascii=False)}: {as_text(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(v, dict | list) for v in value):
        return "[\n" + ",\n".join(inner + as_text(v, inner) for v in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
