"""What a long run says of itself."""

from __future__ import annotations

import time


class Progress:
    """Prints each step with the seconds since the start."""

    def __init__(self) -> None:
        self.start = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self.start

    def __call__(self, text: str) -> None:
        print(f"[{self.seconds():6.1f} s] {text}", flush=True)
