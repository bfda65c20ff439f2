"""The options that every experiment has."""

from __future__ import annotations

import argparse
from pathlib import Path


def experiment_parser(description: str | None) -> argparse.ArgumentParser:
    """``--data`` and ``--output-dir``, where its report goes."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--output-dir", type=Path, default=Path("reports/experiments"))
    return parser
