"""The register of reports. Another report is another module with one decorated function, named in `setup.py`.

@report("sales", _l("Doanh thu"), COLUMNS, note=_l("…"), order=60)
def sales(asked: Asked) -> list[Row]: ...
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from admin.exports import Column, Table
from core.clock import day_end
from core.errors import NotFound

Row = Mapping[str, Any]


class ReportUnknown(NotFound):
    """There is no report of that name. Facts: reports, the names there are."""

    code = "report.unknown"
    text = _l("Không có báo cáo này.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked: a period, both days inclusive, and the day at whose end the books are read."""

    since: date
    until: date
    as_of: date

    @property
    def instant(self) -> datetime:
        """The last instant of that day: what was recorded later is not known."""
        return day_end(self.as_of) - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its name in addresses, its title, its columns, and how its rows are made."""

    name: str
    title: LazyString
    columns: Sequence[Column]
    run: Callable[[Asked], Sequence[Row]]
    #: What is counted, and what is not; for the reader.
    note: LazyString
    #: Whether the period matters to it.
    has_period: bool
    #: Its place in the list.
    order: int

    def table(self, asked: Asked) -> Table:
        """The report made."""
        days = f"{asked.since:%Y%m%d}-{asked.until:%Y%m%d}" if self.has_period else f"{asked.as_of:%Y%m%d}"
        return Table(f"{self.name}-{days}", str(self.title), self.columns, self.run(asked))


_reports: dict[str, Report] = {}


def report(
    name: str,
    title: LazyString,
    columns: Sequence[Column],
    *,
    note: LazyString,
    order: int,
    has_period: bool = True,
) -> Callable[[Callable[[Asked], Sequence[Row]]], Callable[[Asked], Sequence[Row]]]:
    """Register a report under its name."""

    def register(run: Callable[[Asked], Sequence[Row]]) -> Callable[[Asked], Sequence[Row]]:
        _reports[name] = Report(name, title, columns, run, note, has_period, order)
        return run

    return register


def get_report(name: str) -> Report:
    """The report of that name. Refuses with ReportUnknown."""
    if name not in _reports:
        raise ReportUnknown(reports=sorted(_reports))
    return _reports[name]


def reports() -> list[Report]:
    """Every report, in the order of the list."""
    return sorted(_reports.values(), key=lambda one: one.order)
