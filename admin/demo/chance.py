"""Chance that repeats: the same seed and name always fall the same way."""

import random


def dice_of(seed: int, name: str) -> random.Random:
    """Dice for one part of the data, so that a change in one part moves no other."""
    return random.Random(f"{seed}-{name}")  # noqa: S311 invented data, no secret
