"""The question that an assignment answers, as plain values: booths, exhibitors, pins, quotas, weights.

Pure and whole: nothing here asks the database or the clock, so the same question can be kept, digested and asked
again. Lengths in centimetres, points in whole numbers, instants as ISO text.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

#: The form of a kept question; raised when its fields change meaning.
FORM = 1


@dataclass(frozen=True)
class Stand:
    """A booth that may be given. ``box``: left, top, right, bottom in its hall; ``features``: kind of what stands in
    the hall and the distance to the nearest of it; ``delegation``: whose block it is in.
    """

    code: str
    hall: str
    box: tuple[int, int, int, int]
    kind: str = "standard"
    services: tuple[str, ...] = ()
    zone: str | None = None
    open_sides: int = 1
    delegation: int | None = None
    features: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Candidate:
    """An exhibitor with rights (stars, groups, delegation) and wishes. ``near`` and ``apart`` are codes of others.

    ``groups``: the leading one first. ``score``: the review board's, 0 to 100. ``wanted``: booths side by side.
    """

    code: str
    name: str = ""
    area: str = ""
    province: str = ""
    stars: int = 3
    groups: tuple[str, ...] = ()
    kind: str | None = None
    services: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    near_features: tuple[str, ...] = ()
    far_features: tuple[str, ...] = ()
    delegation: int | None = None
    score: int = 50
    submitted_at: str = ""
    wanted: int = 1
    #: What the fair's own priorities are worth for her: ``home``, ``new`` or ``early``, with the points.
    standing: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Weights:
    """What each thing is worth, in points. An organizer may change them; the bound is of the same points."""

    #: Having a booth at all; each star above three; the board's full score.
    placed: int = 30
    star: int = 10
    review: int = 20
    #: A further booth beside the first.
    further: int = 12
    #: The wished type of booth.
    kind: int = 20
    #: Near to, or far from, a part of the hall.
    feature: int = 10
    #: A booth of one more grade of place, for each star above three.
    site: int = 3
    #: A named neighbour nearby; a named rival nearby costs as much.
    neighbour: int = 20
    rival: int = 20
    #: Each wall shared with a booth of the same leading group.
    group: int = 2
    #: Each booth of an area up to its fair share.
    fair: int = 8


@dataclass(frozen=True)
class Problem:
    """Everything that the solver knows. ``pins`` are (exhibitor, booth) that stand; ``quota``: most booths of an
    area or province; ``zones``: the groups that a zone takes; ``share``: the fair part of each area.
    """

    stands: tuple[Stand, ...]
    candidates: tuple[Candidate, ...]
    pins: tuple[tuple[str, str], ...] = ()
    quota: tuple[tuple[str, int], ...] = ()
    zones: tuple[tuple[str, tuple[str, ...]], ...] = ()
    weights: Weights = field(default_factory=Weights)
    seed: int = 1


#: Who stands where: by exhibitor, her booths, the first first. Who has none is missing.
Plan = Mapping[str, tuple[str, ...]]


def document_of(problem: Problem) -> dict[str, Any]:
    """The question as JSON; `problem_of` reads it back unchanged."""
    return {"form": FORM, **json.loads(json.dumps(asdict(problem)))}


def problem_of(document: Mapping[str, Any]) -> Problem:
    """Read what `document_of` wrote. Raises ValueError for a form that this program does not know."""
    if document.get("form") != FORM:
        raise ValueError(f"a question of form {document.get('form')!r}")
    return Problem(
        stands=tuple(_stand(one) for one in document["stands"]),
        candidates=tuple(_candidate(one) for one in document["candidates"]),
        pins=tuple((one, stand) for one, stand in document["pins"]),
        quota=tuple((area, most) for area, most in document["quota"]),
        zones=tuple((zone, tuple(groups)) for zone, groups in document["zones"]),
        weights=Weights(**document["weights"]),
        seed=document["seed"],
    )


def digest_of(problem: Problem) -> str:
    """The same question, the same 64 characters; the order of its parts does not matter."""
    document = document_of(problem)
    for name in ("stands", "candidates"):
        document[name] = sorted(document[name], key=lambda one: one["code"])
    for name in ("pins", "quota", "zones"):
        document[name] = sorted(document[name])
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def ordered(problem: Problem) -> Problem:
    """The same question with its parts in one order, so that the answer never depends on how rows were read."""
    return Problem(
        tuple(sorted(problem.stands, key=lambda one: one.code)),
        tuple(sorted(problem.candidates, key=lambda one: one.code)),
        tuple(sorted(problem.pins)),
        tuple(sorted(problem.quota)),
        tuple(sorted(problem.zones)),
        problem.weights,
        problem.seed,
    )


def _stand(one: Mapping[str, Any]) -> Stand:
    values: dict[str, Any] = {**one, "box": tuple(one["box"]), "services": tuple(one["services"])}
    values["features"] = tuple((kind, cm) for kind, cm in one["features"])
    return Stand(**values)


def _candidate(one: Mapping[str, Any]) -> Candidate:
    values: dict[str, Any] = dict(one)
    for name in ("groups", "services", "near", "apart", "near_features", "far_features"):
        values[name] = tuple(values[name])
    values["standing"] = tuple((kind, points) for kind, points in values["standing"])
    return Candidate(**values)
