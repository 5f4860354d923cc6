"""What a new floor plan changes, booth by booth and hall by hall. Pure: two plans in, differences out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields

from shop.fairs.plans.geometry import Ring, bounds
from shop.fairs.plans.plan import BoothPlan, Feature, Hall, Plan, dropped, matched

#: What may change of a booth, in the order in which it is told.
PARTS = ("code", "hall", "place", "shape", "kind", "use", "zone", "open_sides", "services", "price_vnd")


@dataclass(frozen=True)
class BoothChange:
    """One booth before and after; None before: new, None after: gone. ``parts`` are words of `PARTS`."""

    before: BoothPlan | None
    after: BoothPlan | None
    parts: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def code(self) -> str:
        """The number by which people know it now: the old one, where there is one."""
        found = self.before or self.after
        return found.code if found else ""


@dataclass(frozen=True)
class HallChange:
    """One hall: ``added``, ``removed`` or ``changed`` (size, name, way), and how many of its features came and went."""

    kind: str
    code: str
    parts: tuple[str, ...] = ()
    features_added: int = 0
    features_removed: int = 0


@dataclass(frozen=True)
class Difference:
    """Everything that changes, halls first, booths by number."""

    halls: tuple[HallChange, ...]
    booths: tuple[BoothChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both plans say the same."""
        return not (self.halls or self.booths)

    def count(self, kind: str) -> int:
        """How many booths are ``added``, ``removed`` or ``changed``."""
        return sum(one.kind == kind for one in self.booths)


def compare(before: Plan, after: Plan) -> Difference:
    """The differences; which booth is which is `plan.matched`'s to say."""
    pairs = zip(matched(before.booths, after.booths), after.booths, strict=True)
    changes = [BoothChange(old, new, parts_of(old, new) if old else ()) for old, new in pairs]
    changes = [one for one in changes if one.before is None or one.parts]
    changes += [BoothChange(one, None) for one in dropped(before.booths, after)]
    return Difference(_hall_changes(before.halls, after.halls), tuple(sorted(changes, key=lambda one: one.code)))


def parts_of(old: BoothPlan, new: BoothPlan) -> tuple[str, ...]:
    """What of one booth is another: its place when only the whole moved, its shape otherwise."""
    found = {field.name for field in fields(BoothPlan) if getattr(old, field.name) != getattr(new, field.name)}
    if "polygon" in found:
        found.add("place" if _at_origin(old.polygon) == _at_origin(new.polygon) else "shape")
    if "services" in found and set(old.services) == set(new.services):
        found.discard("services")
    return tuple(part for part in PARTS if part in found)


def _at_origin(ring: Ring) -> Ring:
    left, top, *_rest = bounds(ring)
    return tuple((x - left, y - top) for x, y in ring)


def _hall_changes(before: Sequence[Hall], after: Sequence[Hall]) -> tuple[HallChange, ...]:
    old, new = {one.code: one for one in before}, {one.code: one for one in after}
    changes = [HallChange("added", code) for code in new if code not in old]
    changes += [HallChange("removed", code) for code in old if code not in new]
    changes += [found for code in new if code in old and (found := _hall_change(old[code], new[code]))]
    return tuple(sorted(changes, key=lambda one: one.code))


def _hall_change(old: Hall, new: Hall) -> HallChange | None:
    parts = tuple(part for part in ("name", "width", "height", "aisle") if getattr(old, part) != getattr(new, part))
    added, removed = _more(new.features, old.features), _more(old.features, new.features)
    return HallChange("changed", new.code, parts, added, removed) if parts or added or removed else None


def _more(these: Sequence[Feature], than: Sequence[Feature]) -> int:
    return (Counter(these) - Counter(than)).total()
