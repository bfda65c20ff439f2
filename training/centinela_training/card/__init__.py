"""The model card: the 31 HTI-1 source attributes, from what a training run measured and from ``data/model_card``."""

from .write import CARD, write

__all__ = ["CARD", "write"]
