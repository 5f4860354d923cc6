"""The board on which an organizer drags: the plan with who holds, is pinned to, or is proposed for each booth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shop.assignment import queries
from shop.assignment.models import FairAssignment
from shop.assignment.rules import RunState
from shop.assignment.service import plan_of
from shop.exhibitors.queries import Entrant, entrants_of
from shop.fairs import queries as fairs
from shop.fairs.models import Booth, Fair
from shop.fairs.plans.drawing import DrawnBooth, DrawnFeature, DrawnHall
from shop.fairs.plans.geometry import centre
from shop.fairs.plans.plan import Hall, draw, halls_of, points, ring_of
from shop.fairs.rules import ApplicationState, BookingState

_GROUPS = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}
_ASKED = (ApplicationState.ACCEPTED, ApplicationState.WAITLISTED)
#: How the macro of the plan draws each kind of piece.
_LOOKS = {"paid": "taken", "booked": "held", "pinned": "asked", "proposed": "asked"}


@dataclass(frozen=True)
class Piece:
    """Somebody on a booth. ``kind``: paid, booked, pinned or proposed; ``can_move`` by hand."""

    booth: str
    application: str
    name: str
    kind: str
    group: int
    can_move: bool = True


@dataclass(frozen=True)
class BoardView:
    """Everything on the board; ``run`` is the answer that drags change, where one is ready."""

    halls: tuple[DrawnHall, ...]
    pieces: tuple[Piece, ...]
    idle: tuple[Entrant, ...]
    booths: tuple[Booth, ...]
    run: FairAssignment | None


def board_view(fair: Fair, at: datetime) -> BoardView:
    """The board of a fair as of an instant, in a fixed number of statements."""
    run = queries.find_open(fair.id)
    run = run if run is not None and run.state == RunState.READY else None
    people = entrants_of(fair, at, _ASKED)
    booths = fairs.list_booths(fair.id)
    pieces = {one.booth: one for one in _pieces(fair, booths, run, people)}
    placed = {one.application for one in pieces.values()}
    idle = sorted((one for one in people if one.code not in placed), key=lambda one: (-one.stars, one.name, one.code))
    return BoardView(
        tuple(_hall(hall, booths, pieces) for hall in halls_of(fair.halls)),
        tuple(sorted(pieces.values(), key=lambda one: one.booth)), tuple(idle),
        tuple(one for one in booths if one.use == "exhibitor"), run,
    )  # fmt: skip


def _pieces(
    fair: Fair, booths: Sequence[Booth], run: FairAssignment | None, people: Sequence[Entrant]
) -> Iterator[Piece]:
    """What comes later wins: the answer, then pins, then bookings."""
    by_code, by_id = {one.code: one for one in people}, {one.application_id: one for one in people}
    for code, stands in plan_of(run.plan if run is not None else {}).items():
        if code in by_code:
            yield from (_piece(stand, by_code[code], "proposed") for stand in stands)
    for stand, code in queries.pins_of(fair.id).items():
        if code in by_code:
            yield _piece(stand, by_code[code], "pinned")
    numbers = {one.id: one.code for one in booths}
    for one in fairs.list_bookings(fair.id):
        if one.booth_id in numbers and one.application_id in by_id:
            kind = "paid" if one.state in (BookingState.PAID, BookingState.CHECKED_IN) else "booked"
            can_move = one.state != BookingState.CHECKED_IN
            yield _piece(numbers[one.booth_id], by_id[one.application_id], kind, can_move=can_move)


def _piece(booth: str, one: Entrant, kind: str, *, can_move: bool = True) -> Piece:
    group = _GROUPS.get(min(one.groups, default=""), 0)
    return Piece(booth, one.code, one.name, kind, group, can_move)


def _hall(hall: Hall, booths: Sequence[Booth], pieces: Mapping[str, Piece]) -> DrawnHall:
    features = tuple(
        DrawnFeature(one.kind, one.label, points(one.polygon), *centre(one.polygon)) for one in hall.features
    )
    own = tuple(_booth(one, pieces.get(one.code)) for one in booths if one.hall == hall.code)
    return DrawnHall(hall.code, hall.name, hall.width, hall.height, own, features)


def _booth(booth: Booth, piece: Piece | None) -> DrawnBooth:
    drawn = draw(booth.code, booth.hall, ring_of(booth.polygon))
    width, depth = (f"{side / 100:g}".replace(".", ",") for side in drawn.size)
    look = _LOOKS[piece.kind] if piece is not None else "free"
    if booth.use != "exhibitor":
        look = "closed" if booth.use == "blocked" else booth.use
    return DrawnBooth(
        code=booth.code, points=drawn.points, x=drawn.label_at[0], y=drawn.label_at[1],
        group=piece.group if piece is not None else 0, status=look, exhibitor=piece.name if piece is not None else None,
        url=None, size=f"{width} × {depth} m",
    )  # fmt: skip
