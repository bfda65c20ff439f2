"""The bundle's files: manifest with its digest, compressed tables, the clinical names of the trained conditions."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np

from .common.naive_bayes import Tables
from .reports.write import write_json
from .simulate import NO_DISEASE

VERSION = "0.2.0"
NO_DIGEST = "0" * 8


def write_gz(path: Path, value: object) -> None:
    """Compressed JSON; the same value always gives the same bytes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def table_json(tables: Tables) -> dict:
    return {name: np.round(getattr(tables, name), 6).tolist() for name in ("present", "age", "sex", "prior")}


def condition_entries(data: Path, labels: list[str]) -> list[dict]:
    """Trained conditions with codes and names; equivalent codes are the broad layer's to add.

    DDXPlus's own ICD-10 codes are wider or wrong: no equivalents.
    """
    clinical = json.loads((data / "clinical/conditions.json").read_text("utf-8"))["conditions"]
    by_key = {c["ddxplus_name"]: c for c in clinical}
    entries = []
    for key in labels[:-1]:
        code = f"ICD10:{by_key[key]['icd10']}"
        entries.append({"key": key, "code": code, "codes": [code], "name": by_key[key]["name"]})
    none = {"es": "Sin enfermedad relevante", "en": "No relevant disease"}
    return [*entries, {"key": NO_DISEASE, "code": "", "codes": [], "name": none}]


def code_commit() -> str:
    """The commit that trains, with ``-dirty`` where tracked files differ from it; ``unknown`` outside a checkout."""
    described = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    git = subprocess.run(described, capture_output=True, text=True, check=False)
    return git.stdout.strip() or "unknown"


def file_entries(folder: Path) -> dict[str, dict]:
    return {
        path.name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
        for path in sorted(folder.iterdir())
    }


def write_manifest(path: Path, manifest: dict) -> None:
    """``manifest`` under a version that ends with the digest of its own text, zeros standing in their place."""
    write_json(path, manifest | {"version": f"{VERSION}+{NO_DIGEST}"})
    text = path.read_text("utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    path.write_text(text.replace(f"{VERSION}+{NO_DIGEST}", f"{VERSION}+{digest}", 1), "utf-8")


def replace_folder(new: Path, target: Path) -> None:
    """Puts the files of ``new`` in the place of those of ``target``; folders in it stay."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        if old.is_file():
            old.unlink()
    for file in new.iterdir():
        shutil.move(file, target / file.name)
