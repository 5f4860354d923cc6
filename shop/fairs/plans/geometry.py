"""Exact geometry of floor plans on whole centimetres: no rounding, so "touching" and "overlapping" never blur.

A ring is a closed polygon: corners in order, the first not repeated. Two booths may share a wall (touch), never
ground (overlap). Points inside the computation are fractions; nothing here is a float.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

#: A corner: centimetres from the hall's left and upper wall.
Point = tuple[int, int]
Ring = tuple[Point, ...]
Exact = tuple[Fraction | int, Fraction | int]
Edge = tuple[Exact, Exact]


def double_area(ring: Sequence[Point]) -> int:
    """Twice the signed area in cm²; positive when the corners run clockwise on a plan whose y points down."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _edges(ring))


def bounds(ring: Sequence[Point]) -> tuple[int, int, int, int]:
    """The box around a ring: (left, top, right, bottom)."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def centre(ring: Sequence[Point]) -> Point:
    """The middle of the box around a ring, in whole centimetres: where a label goes."""
    left, top, right, bottom = bounds(ring)
    return (left + right) // 2, (top + bottom) // 2


def is_simple(ring: Sequence[Point]) -> bool:
    """Whether a ring is a proper outline: three corners or more, none twice, ground inside, no edge meeting another."""
    if len(ring) < 3 or len(set(ring)) != len(ring) or double_area(ring) == 0:
        return False
    edges = list(_edges(ring))
    last = len(edges) - 1
    for (i, one), (j, other) in combinations(enumerate(edges), 2):
        if j == i + 1 or (i == 0 and j == last):
            if _turns_back(one, other, wraps=j != i + 1):
                return False
        elif _meet(one, other):
            return False
    return True


def is_within(ring: Sequence[Point], width: int, height: int) -> bool:
    """Whether a ring lies in the hall of that size (walls included)."""
    return all(0 <= x <= width and 0 <= y <= height for x, y in ring)


def overlap(a: Ring, b: Ring) -> bool:
    """Whether two simple rings share ground. A common wall or corner is no overlap.

    If their insides meet, then either the outline of one runs through the inside of the other or both are the
    same outline. Each edge is cut where the other outline crosses it; then one look at the middle of each piece
    decides exactly.
    """
    if not _boxes_overlap(bounds(a), bounds(b)):
        return False
    return _runs_through(a, b) or _runs_through(b, a) or _outline(a) == _outline(b)


def covers(point: Exact, ring: Ring) -> bool:
    """Whether a point lies inside or on the outline."""
    return _is_inside(point, ring) or any(_on(point, edge) for edge in _edges(ring))


def nearest(a: Ring, b: Ring) -> tuple[Fraction | int, Exact]:
    """How near two rings that share no ground come to each other: the squared distance, and the middle of that gap."""
    if _is_box(a) and _is_box(b):
        return _nearest_boxes(bounds(a), bounds(b))
    ways = [(point, edge) for one, other in ((a, b), (b, a)) for point in one for edge in _edges(other)]
    return min(_way(point, edge) for point, edge in ways)


def outside_of(ring: Ring) -> list[Exact]:
    """For each edge the point one centimetre outside of its middle (as the longer of both directions counts)."""
    outward = 1 if double_area(ring) > 0 else -1
    found: list[Exact] = []
    for edge in _edges(ring):
        (x1, y1), (x2, y2) = edge
        x, y = _middle(edge)
        longest = max(abs(x2 - x1), abs(y2 - y1))
        found.append((x + Fraction(outward * (y2 - y1), longest), y - Fraction(outward * (x2 - x1), longest)))
    return found


def _nearest_boxes(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> tuple[Fraction | int, Exact]:
    across, x = _gap(a[0], a[2], b[0], b[2])
    down, y = _gap(a[1], a[3], b[1], b[3])
    return across * across + down * down, (x, y)


def _gap(low: int, high: int, other_low: int, other_high: int) -> tuple[int, Fraction]:
    """The gap between two stretches of a line (0 when they meet) and the middle of it, or of what they share."""
    begin, end = max(low, other_low), min(high, other_high)
    return max(0, begin - end), Fraction(begin + end, 2)


def _way(point: Point, edge: tuple[Point, Point]) -> tuple[Fraction, Exact]:
    """From a point to an edge: the squared distance, and the middle of the way."""
    (x1, y1), (x2, y2) = edge
    dx, dy = x2 - x1, y2 - y1
    along = Fraction((point[0] - x1) * dx + (point[1] - y1) * dy, dx * dx + dy * dy)
    along = min(max(along, Fraction(0)), Fraction(1))
    x, y = x1 + along * dx, y1 + along * dy
    return (x - point[0]) ** 2 + (y - point[1]) ** 2, ((x + point[0]) / 2, (y + point[1]) / 2)


def _is_box(ring: Ring) -> bool:
    left, top, right, bottom = bounds(ring)
    return len(ring) == 4 and set(ring) == {(left, top), (right, top), (right, bottom), (left, bottom)}


def _runs_through(a: Ring, b: Ring) -> bool:
    cuts = list(_edges(b))
    return any(_is_inside(_middle(piece), b) for edge in _edges(a) for piece in _cut(edge, cuts))


def _cut(edge: Edge, others: Sequence[Edge]) -> Iterator[Edge]:
    """The pieces of an edge between the places where it meets the others."""
    places = {Fraction(0), Fraction(1)}
    for other in others:
        places.update(_meeting_places(edge, other))
    (x1, y1), (x2, y2) = edge
    stops = [(x1 + t * (x2 - x1), y1 + t * (y2 - y1)) for t in sorted(places)]
    return pairwise(stops)


def _meeting_places(edge: Edge, other: Edge) -> list[Fraction]:
    """Where along ``edge`` (0 to 1) the other one meets it; for a shared stretch, the ends of the other on it."""
    (a, b), (c, d) = edge, other
    span = _cross(_minus(b, a), _minus(d, c))
    if span != 0:
        t = Fraction(_cross(_minus(c, a), _minus(d, c)), span)
        u = Fraction(_cross(_minus(c, a), _minus(b, a)), span)
        return [t] if 0 <= t <= 1 and 0 <= u <= 1 else []
    if _cross(_minus(b, a), _minus(c, a)) != 0:
        return []
    axis = 0 if a[0] != b[0] else 1
    along = [Fraction(p[axis] - a[axis], b[axis] - a[axis]) for p in (c, d)]
    return [t for t in along if 0 < t < 1]


def _is_inside(point: Exact, ring: Ring) -> bool:
    """Whether a point lies strictly inside; on the outline is not inside."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in _edges(ring):
        side = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if side == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return False
        if (y1 > y) != (y2 > y) and (side > 0) == (y2 > y1):
            inside = not inside
    return inside


def _meet(one: Edge, other: Edge) -> bool:
    """Whether two edges share any point."""
    (a, b), (c, d) = one, other
    if _meeting_places(one, other):
        return True
    return _on(a, other) or _on(b, other) or _on(c, one) or _on(d, one)


def _on(point: Exact, edge: Edge) -> bool:
    (x1, y1), (x2, y2) = edge
    x, y = point
    flat = _cross(_minus((x2, y2), (x1, y1)), _minus(point, (x1, y1))) == 0
    return flat and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)


def _turns_back(one: Edge, other: Edge, *, wraps: bool) -> bool:
    """Whether two neighbouring edges lie upon each other instead of only sharing their corner."""
    first, second = (other, one) if wraps else (one, other)
    ahead, onward = _minus(first[1], first[0]), _minus(second[1], second[0])
    return _cross(ahead, onward) == 0 and ahead[0] * onward[0] + ahead[1] * onward[1] < 0


def _outline(ring: Ring) -> frozenset[frozenset[Point]]:
    """The walls of a ring, straight ones whole: equal for the same outline however it is written."""
    around = [ring[-1], *ring, ring[0]]
    bends = [b for a, b, c in zip(around, around[1:], around[2:], strict=False) if _cross(_minus(b, a), _minus(c, b))]
    return frozenset(frozenset(wall) for wall in _edges(bends))


def _boxes_overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _edges(ring: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    return pairwise([*ring, ring[0]])


def _middle(edge: Edge) -> Exact:
    (x1, y1), (x2, y2) = edge
    return Fraction(x1 + x2) / 2, Fraction(y1 + y2) / 2


def _minus(a: Exact, b: Exact) -> Exact:
    return a[0] - b[0], a[1] - b[1]


def _cross(a: Exact, b: Exact) -> Fraction | int:
    return a[0] * b[1] - a[1] * b[0]
