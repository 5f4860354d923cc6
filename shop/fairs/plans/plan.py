"""The floor plan of a fair: halls, what stands in the way, and booths as polygons in centimetres.

Pure: values in, values out. `check` answers every fault at once, so that an organizer corrects a plan in one
go. The same document as JSON is described by `plan.schema.json`. Coordinates count from the upper left corner
of the hall, x to the right and y downwards. Size of a booth where nothing else is said: 3 × 3 m.

A booth is known by its ``uid``, which nobody sees and which never changes; its ``code`` is the number on the fascia and
may change with a plan. `matched` says which booth of one plan is which of another.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from shop.fairs.plans.geometry import Point, Ring, bounds, centre, is_simple, is_within, overlap

KINDS = ("standard", "corner", "premium", "food", "open")
SERVICES = ("power", "water", "cold", "internet")
FEATURES = ("door", "exit", "stage", "corridor", "pillar", "service")
#: What a space is for. Only ``exhibitor`` is let to producers; the others are drawn and kept free.
USES = ("exhibitor", "sponsor", "service", "blocked")

#: Limits that keep one plan readable and one check quick.
MAX_SIDE_CM = 100_000
MAX_CORNERS = 64
MAX_BOOTHS = 2_000
STANDARD_SIDE_CM = 300
#: Narrower ways than this are pointed out, where the hall says nothing else.
AISLE_CM = 200


@dataclass(frozen=True)
class Feature:
    """A door, emergency exit, stage, corridor, pillar or service space: no booth may stand on it."""

    kind: str
    label: str
    polygon: Ring


@dataclass(frozen=True)
class Hall:
    """A rectangle of floor, or an open ground: ``width``, ``height`` and the least width of a way in centimetres."""

    code: str
    name: str
    width: int
    height: int
    features: tuple[Feature, ...] = ()
    aisle: int = AISLE_CM


@dataclass(frozen=True)
class BoothPlan:
    """One booth as drawn: price in đồng for the whole fair.

    ``open_sides`` are indices of edges: edge 0 runs from the first corner to the second. ``uid`` is empty where the
    document does not say it; ``zone`` is one of the fair's own names for a part of the floor.
    """

    code: str
    hall: str
    polygon: Ring
    kind: str = "standard"
    services: tuple[str, ...] = ()
    price_vnd: int = 0
    uid: str = ""
    use: str = "exhibitor"
    zone: str | None = None
    open_sides: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All halls and booths of a fair."""

    halls: tuple[Hall, ...]
    booths: tuple[BoothPlan, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong, where: ``kind`` is a stable word, ``codes`` the halls or booths concerned."""

    kind: str
    codes: tuple[str, ...]


def plan_of(document: Mapping[str, Any]) -> Plan:
    """Read a document that fits `plan.schema.json` (fields and types already checked by the caller)."""
    return Plan(tuple(_hall_of(one) for one in document["halls"]), tuple(_booth_of(one) for one in document["booths"]))


def halls_of(documents: Iterable[Mapping[str, Any]]) -> tuple[Hall, ...]:
    """Read the halls alone, as they are stored with the fair."""
    return tuple(_hall_of(one) for one in documents)


def document_of(plan: Plan) -> dict[str, Any]:
    """The plan as JSON: `plan_of` reads it back unchanged."""
    return {"halls": [_hall_document(one) for one in plan.halls], "booths": [_booth_document(b) for b in plan.booths]}


def ring_of(corners: Iterable[Sequence[int]]) -> Ring:
    """A polygon from its list of [x, y] corners."""
    return tuple((x, y) for x, y in corners)


def check(plan: Plan) -> list[Fault]:
    """Every fault of a plan; an empty list means it can be built as drawn.

    Kinds: ``no_hall``, ``too_many``, ``duplicate`` (code or uid twice), ``unknown_hall``, ``shape`` (not a simple
    polygon), ``sides`` (an open side that it has not), ``outside`` (leaves its hall), ``overlap`` (two booths),
    ``blocked`` (booth on a feature).
    """
    faults = _check_names(plan)
    if faults:
        return faults
    halls = {hall.code: hall for hall in plan.halls}
    faults = [fault for hall in plan.halls for fault in _check_hall(hall)]
    faults += [fault for booth in plan.booths for fault in _check_booth(booth, halls[booth.hall])]
    misshapen = {code for fault in faults for code in fault.codes}
    sound = [booth for booth in plan.booths if booth.code not in misshapen]
    return faults + _overlaps(sound) + _blocked(sound, halls, misshapen)


def matched(before: Sequence[BoothPlan], after: Sequence[BoothPlan]) -> list[BoothPlan | None]:
    """For each booth of the new plan the one of the old that it is: by uid, else by its code; None for a new one.

    A booth without a uid, or with one that the old plan does not know, is the one whose number it has, unless that one
    lives on under another number. So a drawing from elsewhere keeps its holders, and renumbering keeps them too.
    """
    by_uid = {booth.uid: booth for booth in before if booth.uid}
    by_code = {booth.code: booth for booth in before}
    named = {booth.uid for booth in after if booth.uid in by_uid}
    return [by_uid.get(one.uid) or _of_same_code(one, by_code, named) for one in after]


def _of_same_code(one: BoothPlan, by_code: Mapping[str, BoothPlan], named: set[str]) -> BoothPlan | None:
    old = by_code.get(one.code)
    return None if old is None or old.uid in named else old


def dropped(before: Sequence[BoothPlan], after: Plan) -> list[BoothPlan]:
    """The booths that a new plan no longer has, by number."""
    kept = {id(old) for old in matched(before, after.booths)}
    return sorted((booth for booth in before if id(booth) not in kept), key=lambda booth: booth.code)


@dataclass(frozen=True)
class Grid:
    """What the generator asks for: ``rows`` rows of ``columns`` booths, two rows back to back, then an aisle.

    All lengths in centimetres; the aisle also runs along the walls.
    """

    hall: str
    rows: int
    columns: int
    aisle: int = STANDARD_SIDE_CM
    booth_width: int = STANDARD_SIDE_CM
    booth_depth: int = STANDARD_SIDE_CM
    prefix: str = ""
    price_vnd: int = 0
    services: tuple[str, ...] = ("power",)


def generate(grid: Grid) -> tuple[Hall, tuple[BoothPlan, ...]]:
    """Booths in pairs of rows with aisles between, and the smallest hall that holds them.

    Booths at the ends of a row are corners. Codes: prefix, row letter, two digits ("A01"). At most 26 rows.
    Raises ValueError for a size that makes no plan.
    """
    if not (1 <= grid.rows <= 26 and 1 <= grid.columns <= 99) or min(grid.booth_width, grid.booth_depth) < 1:
        raise ValueError("a grid has 1 to 26 rows of 1 to 99 booths")
    tops = _row_tops(grid)
    places = product(range(grid.rows), range(grid.columns))
    booths = tuple(_grid_booth(grid, row, column, tops[row]) for row, column in places)
    width = 2 * grid.aisle + grid.columns * grid.booth_width
    height = tops[-1] + grid.booth_depth + grid.aisle
    hall = Hall(grid.hall, grid.hall, width, height, aisle=min(AISLE_CM, grid.aisle))
    return hall, booths


@dataclass(frozen=True)
class Drawn:
    """A booth ready for SVG: ``points`` for ``<polygon>``, ``label_at`` for its number, ``size`` of its box."""

    code: str
    hall: str
    points: str
    label_at: Point
    size: tuple[int, int]


def draw(code: str, hall: str, polygon: Ring) -> Drawn:
    """The drawing of one booth in the hall's own centimetres."""
    left, top, right, bottom = bounds(polygon)
    return Drawn(code, hall, points(polygon), centre(polygon), (right - left, bottom - top))


def points(polygon: Ring) -> str:
    """Corners as SVG writes them: ``"0,0 300,0 300,300 0,300"``."""
    return " ".join(f"{x},{y}" for x, y in polygon)


def _check_names(plan: Plan) -> list[Fault]:
    faults = [] if plan.halls else [Fault("no_hall", ())]
    if len(plan.booths) > MAX_BOOTHS:
        faults.append(Fault("too_many", ()))
    halls = Counter(hall.code for hall in plan.halls)
    codes = Counter(booth.code for booth in plan.booths)
    faults += [Fault("duplicate", (code,)) for code, times in [*halls.items(), *codes.items()] if times > 1]
    uids = Counter(booth.uid for booth in plan.booths if booth.uid)
    faults += [Fault("duplicate", (booth.code,)) for booth in plan.booths if uids[booth.uid] > 1]
    return faults + [Fault("unknown_hall", (b.code, b.hall)) for b in plan.booths if b.hall not in halls]


def _check_hall(hall: Hall) -> list[Fault]:
    faults: list[Fault] = []
    for feature in hall.features:
        if not is_simple(feature.polygon):
            faults.append(Fault("shape", (feature.label, hall.code)))
        elif not is_within(feature.polygon, hall.width, hall.height):
            faults.append(Fault("outside", (feature.label, hall.code)))
    return faults


def _check_booth(booth: BoothPlan, hall: Hall) -> list[Fault]:
    if not is_simple(booth.polygon):
        return [Fault("shape", (booth.code,))]
    if not is_within(booth.polygon, hall.width, hall.height):
        return [Fault("outside", (booth.code, hall.code))]
    if any(not 0 <= side < len(booth.polygon) for side in booth.open_sides):
        return [Fault("sides", (booth.code,))]
    return []


def _overlaps(booths: Sequence[BoothPlan]) -> list[Fault]:
    """Sweep from left to right, so that only booths side by side are compared."""
    faults: list[Fault] = []
    boxed = sorted(((bounds(booth.polygon), booth) for booth in booths), key=lambda one: (one[0], one[1].code))
    for i, (box, booth) in enumerate(boxed):
        for other_box, other in islice(boxed, i + 1, None):
            if other_box[0] >= box[2]:
                break
            if other.hall == booth.hall and overlap(booth.polygon, other.polygon):
                faults.append(Fault("overlap", tuple(sorted((booth.code, other.code)))))
    return sorted(faults, key=lambda fault: fault.codes)


def _blocked(booths: Sequence[BoothPlan], halls: Mapping[str, Hall], misshapen: set[str]) -> list[Fault]:
    return [
        Fault("blocked", (booth.code, feature.label))
        for booth in booths
        for feature in halls[booth.hall].features
        if feature.label not in misshapen and overlap(booth.polygon, feature.polygon)
    ]


def _row_tops(grid: Grid) -> list[int]:
    """The upper edge of each row: rows 0 and 1 stand back to back, then an aisle, and so on."""
    pair = 2 * grid.booth_depth + grid.aisle
    return [grid.aisle + (row // 2) * pair + (row % 2) * grid.booth_depth for row in range(grid.rows)]


def _grid_booth(grid: Grid, row: int, column: int, top: int) -> BoothPlan:
    left = grid.aisle + column * grid.booth_width
    right, bottom = left + grid.booth_width, top + grid.booth_depth
    code = f"{grid.prefix}{chr(ord('A') + row)}{column + 1:02d}"
    kind = "corner" if column in (0, grid.columns - 1) else "standard"
    ring = ((left, top), (right, top), (right, bottom), (left, bottom))
    sides = _open_sides(grid, row, column)
    return BoothPlan(code, grid.hall, ring, kind, grid.services, grid.price_vnd, open_sides=sides)


def _open_sides(grid: Grid, row: int, column: int) -> tuple[int, ...]:
    """The upper row of a pair opens upwards (edge 0), the lower one downwards (2), the ends of a row sideways too."""
    front = (2 if row % 2 else 0,)
    ends = ((1,) if column == grid.columns - 1 else ()) + ((3,) if column == 0 else ())
    return tuple(sorted(front + ends))


def _hall_of(one: Mapping[str, Any]) -> Hall:
    features = tuple(Feature(f["kind"], f["label"], ring_of(f["polygon"])) for f in one.get("features", ()))
    return Hall(one["code"], one["name"], one["width"], one["height"], features, one.get("aisle", AISLE_CM))


def _booth_of(one: Mapping[str, Any]) -> BoothPlan:
    return BoothPlan(
        one["code"], one["hall"], ring_of(one["polygon"]), one.get("kind", "standard"), tuple(one.get("services", ())),
        one["price"], one.get("uid", ""), one.get("use", "exhibitor"), one.get("zone"),
        tuple(sorted(set(one.get("open_sides", ())))),
    )  # fmt: skip


def _hall_document(hall: Hall) -> dict[str, Any]:
    features = [{"kind": f.kind, "label": f.label, "polygon": _corners(f.polygon)} for f in hall.features]
    return {
        "code": hall.code, "name": hall.name, "width": hall.width, "height": hall.height, "aisle": hall.aisle,
        "features": features,
    }  # fmt: skip


def _booth_document(booth: BoothPlan) -> dict[str, Any]:
    document = {
        "code": booth.code, "hall": booth.hall, "polygon": _corners(booth.polygon), "kind": booth.kind,
        "services": list(booth.services), "price": booth.price_vnd, "use": booth.use,
        "open_sides": list(booth.open_sides),
    }  # fmt: skip
    return document | {key: value for key, value in (("uid", booth.uid), ("zone", booth.zone)) if value}


def _corners(ring: Ring) -> list[list[int]]:
    return [[x, y] for x, y in ring]
