"""Made-up questions of realistic structure: a fair of two halls, exhibitors of many communes, and what they wish."""

import random

from shop.assignment.problem import Candidate, Problem, Stand, Weights

#: Shares of the six groups among certified products of the north, roughly.
GROUPS = ("I",) * 60 + ("II",) * 14 + ("III",) * 8 + ("IV",) * 11 + ("V",) * 3 + ("VI",) * 4
SIDE, AISLE = 300, 300


def fair(applicants: int, booths: int, seed: int, pinned: int = 0) -> Problem:
    """A question: 60 % of the exhibitors wish a type, 40 % a neighbour, 15 % a rival apart, some power and water,
    four quotas, a zone for food and drink, a block of a delegation, some with two booths.
    """
    dice = random.Random(seed)
    stands = tuple(_stands(booths, dice))
    candidates = tuple(_candidates(applicants, booths, dice))
    areas = sorted({one.area for one in candidates if one.delegation is None})
    asked = {area: sum(one.area == area for one in candidates) for area in areas}
    quota = tuple((area, max(1, asked[area] * 6 // 10)) for area in sorted(areas, key=lambda a: -asked[a])[:4])
    pins = _pins(stands, candidates, pinned, dice)
    zones = (("am-thuc", ("I", "II")),)
    return Problem(stands, candidates, pins, quota, zones, Weights(), seed)


def _stands(booths: int, dice: random.Random) -> list[Stand]:
    """Two halls of rows of twelve, two rows back to back, then an aisle; doors at the upper wall, a stage below."""
    found: list[Stand] = []
    for number in range(booths):
        hall, within = ("A", number) if number < booths // 2 else ("B", number - booths // 2)
        row, column = divmod(within, 12)
        left = AISLE + column * SIDE
        top = AISLE + (row // 2) * (2 * SIDE + AISLE) + (row % 2) * SIDE
        end = column in (0, 11)
        kind = "premium" if row == 0 and 4 <= column <= 7 else "corner" if end else "standard"
        kind = "food" if hall == "B" and row >= 8 and not end else kind
        services = ["power"] + (["water"] if kind == "food" or dice.random() < 0.3 else [])
        services += ["cold"] if dice.random() < 0.2 else []
        door, stage = top + abs(left - 2_100), abs(top - 4_800) + abs(left - 2_100)
        found.append(
            Stand(
                f"{hall}{row + 1:02d}{column + 1:02d}", hall, (left, top, left + SIDE, top + SIDE), kind,
                tuple(services), "am-thuc" if kind == "food" else None, 2 if end else 1,
                7 if hall == "B" and row in (4, 5) and column < 6 else None,
                (("door", door), ("stage", stage)),
            )
        )  # fmt: skip
    return found


def _candidates(applicants: int, booths: int, dice: random.Random) -> list[Candidate]:
    codes = [f"HS-{number:04d}" for number in range(applicants)]
    guests = max(0, min(12 * booths // 240, applicants // 10))
    found: list[Candidate] = []
    for number, code in enumerate(codes):
        group = dice.choice(GROUPS)
        groups = (group, "II") if group == "I" and dice.random() < 0.15 else (group,)
        needs = ["power"] if dice.random() < 0.8 else []
        needs += ["water"] if group == "I" and dice.random() < 0.15 else []
        needs += ["cold"] if group == "I" and dice.random() < 0.1 else []
        kind = dice.choices([None, "standard", "corner", "premium", "food"], [40, 20, 25, 5, 10])[0]
        kind = kind if kind != "food" or group in ("I", "II") else None
        is_guest = number < guests
        others = [one for one in codes if one != code]
        found.append(
            Candidate(
                code, f"Chủ thể {number}", f"X{min(int(dice.expovariate(0.06)), 69):02d}", "25" if is_guest else "31",
                dice.choices([3, 4, 5], [62, 34, 4])[0], groups, kind, tuple(needs),
                tuple(dice.sample(others, 1 + (dice.random() < 0.2))) if dice.random() < 0.4 else (),
                tuple(dice.sample(others, 1)) if dice.random() < 0.15 else (),
                tuple(["stage"] if dice.random() < 0.05 else ["door"] if dice.random() < 0.1 else []),
                ("stage",) if dice.random() < 0.08 else (), 7 if is_guest else None, dice.randint(30, 100),
                f"2026-10-{1 + number % 28:02d}T0{dice.randint(1, 9)}:00:00+00:00",
                2 if dice.random() < 0.04 and not is_guest else 1,
            )
        )  # fmt: skip
    return found


def _pins(
    stands: tuple[Stand, ...], candidates: tuple[Candidate, ...], many: int, dice: random.Random
) -> tuple[tuple[str, str], ...]:
    free = [stand.code for stand in stands if stand.delegation is None]
    held = [one.code for one in candidates if one.delegation is None]
    return tuple(zip(dice.sample(held, many), dice.sample(free, many), strict=True))
