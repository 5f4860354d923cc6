"""What a decision says, as values: its facts, its lines, and what a line does. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from catalog.certificates.importing import Decision as Heading
from catalog.certificates.importing import Line as Recognised
from catalog.certificates.rules import Status, Term
from catalog.decisions.models import RECOGNITION

#: What a line may do, in a word each.
NEW, FIRST, RENEWAL, UPGRADE, DOWNGRADE, AGAIN = "new", "first", "renewal", "upgrade", "downgrade", "again"
REVOKE, RECORD, SUSPEND = "revoke", "record", "suspend"
ACTS = (NEW, FIRST, RENEWAL, UPGRADE, DOWNGRADE, AGAIN, REVOKE, RECORD, SUSPEND)


@dataclass(frozen=True)
class Facts:
    """What the whole decision says. ``models.Decision`` tells what each means."""

    kind: str
    number: str
    decided_on: date
    issuer_level: str
    issuer: str
    ground: str | None = None
    effective_on: date | None = None
    until_on: date | None = None
    revokes: str | None = None
    document: str | None = None
    is_demo: bool = False

    @property
    def heading(self) -> Heading:
        """The part that its certificates carry."""
        return Heading(self.number, self.decided_on, self.issuer_level, self.issuer, self.document, self.is_demo)


@dataclass(frozen=True)
class Ended:
    """A line of a revocation or suspension: whatever of this tells which certificate it means."""

    number: int
    #: Our code, the programme's, or a certificate's.
    product_code: str | None = None
    certificate_code: str | None = None
    product_name: str | None = None
    producer_name: str | None = None
    producer_tax_code: str | None = None
    #: Its own ground, where it differs from the decision's.
    ground: str | None = None

    @property
    def maker(self) -> None:
        """Known through its product only."""


Line = Recognised | Ended


@dataclass(frozen=True)
class Totals:
    """What a person counts on the paper: products, and products by star."""

    products: int
    stars: dict[int, int]


@dataclass(frozen=True)
class Warned:
    """What a person should look at; it stops nothing."""

    column: str
    message: str


@dataclass(frozen=True)
class Step:
    """What one line does."""

    line: int
    act: str
    product_name: str
    producer_name: str
    stars: int
    #: Ours, where the product is known.
    product_id: int | None = None
    product_code: str | None = None
    is_new_producer: bool = False
    #: Its producer's tax code, or without one the folded name: lines with the same mean one producer.
    producer_key: str = ""
    #: The certificate that it follows, revokes or suspends.
    certificate: str | None = None
    #: Stars of the certificate that it follows.
    stars_before: int | None = None
    #: First and last day: of the new certificate, or without the old one.
    from_on: date | None = None
    until_on: date | None = None
    #: Last day of the certificate that it follows, where it is cut short by this one.
    cut_on: date | None = None
    ground: str | None = None
    #: Whether the product may be sold today or is about to, so that this closes something.
    is_closing: bool = False
    warnings: tuple[Warned, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Every line, and everything that is wrong with the decision as it stands."""

    steps: tuple[Step, ...]
    faults: tuple[dict[str, Any], ...]

    @property
    def totals(self) -> Totals:
        """What the lines add up to."""
        return Totals(len(self.steps), dict(sorted(Counter(step.stars for step in self.steps).items())))

    def count(self, *acts: str) -> int:
        """How many lines do one of these."""
        return sum(step.act in acts for step in self.steps)

    @property
    def new_producers(self) -> int:
        """How many producers are entered with it."""
        return len({step.producer_key for step in self.steps if step.is_new_producer})

    @property
    def warned(self) -> list[tuple[int, Warned]]:
        """Every warning with its line."""
        return [(step.line, warning) for step in self.steps for warning in step.warnings]


def fingerprint(facts: Facts, lines: Iterable[Line]) -> str:
    """The same decision with the same lines has the same one, however it came in."""
    said = [{**cells_of(line), "number": None} for line in lines]
    return hashlib.sha256(json.dumps([asdict(facts), said], default=str, sort_keys=True).encode()).hexdigest()


def cells_of(line: Line) -> dict[str, Any]:
    """A line as plain values; ``line_of`` reads them again."""
    cells = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(line).items()}
    return {name: value for name, value in cells.items() if value is not None}


def line_of(kind: str, cells: dict[str, Any]) -> Line:
    """The line that ``cells_of`` was made from."""
    shape = Recognised if kind == RECOGNITION else Ended
    values = {field.name: cells.get(field.name) for field in fields(shape)}
    for name in ("valid_from", "valid_until"):
        if values.get(name) is not None:
            values[name] = date.fromisoformat(str(values[name]))
    return shape(**values)  # type: ignore[arg-type]


def differing(typed: dict[str, Any], totals: Totals) -> list[str]:
    """Which of the control totals that a second person typed differ; what was not typed is not compared."""
    wrong = ["products"] if typed.get("products") not in (None, totals.products) else []
    counted = typed.get("stars") or {}
    return wrong + [f"stars.{star}" for star, count in sorted(counted.items()) if count != totals.stars.get(star, 0)]


def act_of(line: Recognised, earlier: Sequence[Term], day: date) -> tuple[str, Term | None]:
    """What a recognition does to a product that has these verified certificates, and which one it follows."""
    if not earlier:
        return FIRST, None
    newest = max(earlier, key=lambda term: (term.starts_on, term.rank))
    if newest.revoked_on is not None and newest.revoked_on <= day:
        return AGAIN, newest
    if newest.stars == line.stars:
        return RENEWAL, newest
    return (UPGRADE if newest.stars < line.stars else DOWNGRADE), newest


def closes(status: Status) -> bool:
    """Whether ending a certificate of this status ends a sale, now or on a day to come."""
    return status in (Status.VALID, Status.EXTENDED, Status.SUSPENDED, Status.NOT_YET_VALID)
