"""The floor of a demonstration fair: rows from the generator, doors, a stage, a sponsor's and a service's space."""

from dataclasses import replace

from shop.fairs.plans.plan import BoothPlan, Feature, Grid, Hall, Plan, generate

#: Depth of the strip below the rows: a way, then the stage and the spaces that are not let.
_STRIP = 900


def floor_of(grid: Grid, name: str = "Nhà trưng bày chính") -> Plan:
    """The rows of the grid in two zones, and below them what a fair needs besides; nothing overlaps."""
    made, booths = generate(grid)
    hall = replace(made, name=name, height=made.height + _STRIP)
    bottom, middle = hall.height, hall.width // 2
    features = (
        Feature("door", "Cửa chính", _box(middle - 200, bottom - 60, 400, 60)),
        Feature("exit", "Lối thoát hiểm", _box(0, 40, 60, 200)),
        Feature("exit", "Lối thoát hiểm", _box(hall.width - 60, 40, 60, 200)),
        Feature("stage", "Sân khấu", _box(hall.width - 800, bottom - 500, 800, 500)),
    )
    rows = sorted({booth.polygon[0][1] for booth in booths})
    zoned = [replace(one, zone="I" if one.polygon[0][1] < rows[len(rows) // 2] else "II") for one in booths]
    spaces = (_space(grid, "TT01", "sponsor", 0, bottom), _space(grid, "DV01", "service", 300, bottom))
    return Plan((Hall(hall.code, hall.name, hall.width, hall.height, features, hall.aisle),), (*zoned, *spaces))


def _space(grid: Grid, code: str, use: str, left: int, bottom: int) -> BoothPlan:
    ring = _box(left, bottom - 400, 300, 400)
    return BoothPlan(code, grid.hall, ring, "premium", ("power", "internet"), 0, use=use, open_sides=(0,))


def _box(left: int, top: int, width: int, height: int) -> tuple[tuple[int, int], ...]:
    return ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
