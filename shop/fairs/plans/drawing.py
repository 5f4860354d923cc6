"""A hall with its booths in the form that the macro ``floor_plan`` draws."""

from collections.abc import Collection
from dataclasses import dataclass, field

from flask import url_for

from shop.fairs.directory import FREE, PAID, BoothView, Directory
from shop.fairs.plans.plan import Hall, points, ring_of
from shop.fairs.rules import FairState

_GROUP_NUMBERS = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}


@dataclass(frozen=True)
class DrawnBooth:
    """One booth: see the macro for the meaning of each field."""

    code: str
    points: str
    x: int
    y: int
    group: int
    status: str
    exhibitor: str | None
    url: str | None
    size: str
    #: Its closed sides, each as SVG points, where it has open ones.
    walls: tuple[str, ...] = ()
    #: Looked for: drawn so that it is found at a glance.
    is_chosen: bool = False


@dataclass(frozen=True)
class DrawnFeature:
    """A door, stage, corridor, pillar or service space."""

    kind: str
    label: str
    points: str
    x: int
    y: int


@dataclass(frozen=True)
class DrawnHall:
    """One hall, sizes in centimetres."""

    code: str
    name: str
    width: int
    height: int
    booths: tuple[DrawnBooth, ...]
    features: tuple[DrawnFeature, ...] = field(default=())


def draw_hall(hall: Hall, directory: Directory, chosen: Collection[str] = ()) -> DrawnHall:
    """The drawing of one hall, the booths of these numbers marked; a booth leads to the page that tells of it."""
    booths = tuple(_booth(view, directory, chosen) for view in directory.booths if view.booth.hall == hall.code)
    features = tuple(
        DrawnFeature(one.kind, one.label, points(one.polygon), *_middle(one.polygon)) for one in hall.features
    )
    return DrawnHall(hall.code, hall.name, hall.width, hall.height, booths, features)


def _booth(view: BoothView, directory: Directory, chosen: Collection[str]) -> DrawnBooth:
    drawn = view.drawn
    names = [name for one in view.exhibitors for name in one.names]
    groups = [number for one in view.exhibitors for number in one.groups]
    width, depth = drawn.size
    return DrawnBooth(
        code=view.booth.code, points=drawn.points, x=drawn.label_at[0], y=drawn.label_at[1],
        group=_GROUP_NUMBERS.get(groups[0], 0) if groups else 0,
        status=_status(view), walls=_walls(view), exhibitor=" + ".join(names) or None,
        url=_url(view, directory),
        size=f"{_metres(width)} × {_metres(depth)} m", is_chosen=view.booth.code in chosen,
    )  # fmt: skip


def _status(view: BoothView) -> str:
    """What the macro draws: a space that is not let by what it is for, another by who has it."""
    if view.booth.use != "exhibitor":
        return "closed" if view.booth.use == "blocked" else view.booth.use
    return {FREE: "free", PAID: "taken"}.get(view.status, "held")


def _walls(view: BoothView) -> tuple[str, ...]:
    ring, sides = ring_of(view.booth.polygon), view.booth.open_sides
    edges = zip(ring, (*ring[1:], ring[0]), strict=True)
    return tuple(points(edge) for number, edge in enumerate(edges) if sides and number not in sides)


def _url(view: BoothView, directory: Directory) -> str | None:
    """The page of the fair with this booth told first; a draft has none yet."""
    if directory.fair.state == FairState.DRAFT or view.booth.use != "exhibitor":
        return None
    return url_for("fairs.show", slug=directory.fair.slug, gian=view.booth.code, _anchor="gian")


def _middle(polygon: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    xs, ys = [x for x, _y in polygon], [y for _x, y in polygon]
    return (min(xs) + max(xs)) // 2, (min(ys) + max(ys)) // 2


def _metres(centimetres: int) -> str:
    """Whole metres, or one or two decimals with the Vietnamese comma: 300 -> "3", 250 -> "2,5"."""
    return f"{centimetres / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")
