"""Writes the model card again from a bundle and its reports: ``npm run card``."""

from __future__ import annotations

import argparse
from pathlib import Path

from .write import write


def main() -> None:
    parser = argparse.ArgumentParser(prog="npm run card --", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--bundle", type=Path, default=Path("layers/model"))
    parser.add_argument("--reports", type=Path, default=Path("reports"))
    parser.add_argument("--out", type=Path, default=Path("MODEL_CARD.md"))
    o = parser.parse_args()
    try:
        write(o.data, o.bundle, o.reports, o.out)
    except (OSError, KeyError, ValueError) as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
