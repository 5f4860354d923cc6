"""What a file would do here: held against what is known, line by line. Nothing is written.

A verified fact is never overwritten: where the file says otherwise, that is a fault with both values. What the file
is silent about stays as it is, so an older file takes nothing back.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from catalog.areas.models import Area
from catalog.certificates.judging import errors_of
from catalog.certificates.law import Claim, Gravity, judge
from catalog.certificates.models import Certificate
from catalog.certificates.rules import EXTENSION_DAYS
from catalog.producers.models import Producer
from catalog.products.codes import faults_of
from catalog.products.models import Product
from catalog.registry.export import certificate_row, producer_row, product_row, suspension_rows
from catalog.registry.format import Values, typed
from catalog.registry.reading import Faults, Line, shown
from core.db import Base, db, in_chunks

R = TypeVar("R", bound=Base)
_CHUNK = 500
_ONE_DAY = timedelta(days=1)
#: What a decision says of a product and its producer: fixed once a certificate of theirs is verified.
_FIXED = {"producers": ("name", "tax_code"), "products": ("name", "producer", "set")}
#: What a second person confirmed when the certificate was verified.
_VERIFIED = (
    "product", "decision_number", "decided_on", "issuer_level", "issuer", "stars", "score", "score_a", "score_b",
    "score_c", "valid_from", "valid_until", "is_demo",
)  # fmt: skip
_EXTENSION = ("extended_until", "extension_receipt")
_REVOCATION = ("revoked_on", "revocation_number", "revocation_ground", "revocation_authority")
_REASON = 20


@dataclass(frozen=True)
class Change:
    """A producer or product that is new (before is None) or gets other values."""

    line: Line
    area_id: int | None
    before: Values | None = None
    #: Columns that change, for one that is known.
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """What a later decision did to a certificate that stands here: extension, suspension, lifting or revocation."""

    kind: str
    code: str
    values: Values


@dataclass
class Plan:
    """Everything that a file would do."""

    producers: list[Change] = field(default_factory=list[Change])
    products: list[Change] = field(default_factory=list[Change])
    #: Certificates that are not known here, each with its suspensions.
    certificates: list[tuple[Line, list[Line]]] = field(default_factory=list[tuple[Line, list[Line]]])
    acts: list[Act] = field(default_factory=list[Act])
    #: What a person should look at; nothing is refused for it.
    warnings: list[str] = field(default_factory=list[str])

    @property
    def needs_second_person(self) -> bool:
        """Whether it brings certificates or decisions about them."""
        return bool(self.certificates or self.acts)

    @property
    def is_empty(self) -> bool:
        """Whether everything is known already."""
        return not (self.producers or self.products or self.needs_second_person)


class Planner:
    """Holds the lines of one file against the database; `faults` gathers what contradicts."""

    def __init__(self, tables: dict[str, list[Line]], on: date, faults: Faults) -> None:
        self.tables, self.on, self.faults = tables, on, faults
        self.plan = Plan()
        lines = tables
        self.makers = _by_code(Producer.code, [*_codes(lines["producers"]), *_codes(lines["products"], "producer")])
        self.goods = _by_code(Product.code, [*_codes(lines["products"]), *_codes(lines["certificates"], "product")])
        known = _codes(lines["certificates"]) | _codes(lines["suspensions"], "certificate")
        self.papers = _by_code(Certificate.code, known)
        self.areas = _epochs(lines["producers"], lines["products"])
        self.described = {line.code: line for line in lines["products"]}
        self.proven = _proven(self.goods.values(), self.makers.values())

    def run(self) -> Plan:
        """The plan; contradictions are in `faults`."""
        for line in self.tables["producers"]:
            self._producer(line)
        for line in self.tables["products"]:
            self._product(line)
        self._certificates()
        return self.plan

    def _producer(self, line: Line) -> None:
        known = self.makers.get(line.code)
        before = producer_row(known) if known else None
        change = self._change(line, before, is_fixed=known is not None and known.id in self.proven["producers"])
        if change is not None:
            self.plan.producers.append(change)
        if known is None and (tax_code := line.values["tax_code"]):
            twins = select(Producer).where(Producer.tax_code == tax_code).order_by(Producer.id)
            for twin in db.session.scalars(twins):
                text = _("%(name)s: trùng mã số thuế với %(other)s (%(code)s).")
                self.plan.warnings.append(text % {"name": line.values["name"], "other": twin.name, "code": twin.code})

    def _product(self, line: Line) -> None:
        known, maker = self.goods.get(line.code), line.values["producer"]
        if maker not in self.makers and maker not in _codes(self.tables["producers"]):
            self.faults.add(line, "producer", _("Không có chủ thể mang mã này, cả trong tệp."))
        before = product_row(known, known.producer.code) if known else None
        change = self._change(line, before, is_fixed=known is not None and known.id in self.proven["products"])
        if change is not None:
            self.plan.products.append(change)
            printed = line.values["ocop_code"]
            if printed and (before is None or before["ocop_code"] != printed):
                self.plan.warnings += [f"{line.code} {printed}: {text}" for text in faults_of(printed, self.on)]

    def _change(self, line: Line, before: Values | None, *, is_fixed: bool) -> Change | None:
        """What is new in a line; None when all is known."""
        area_id = self._area(line)
        if before is None:
            return Change(line, area_id)
        told = {name: value for name, value in line.values.items() if value is not None}
        differing = tuple(name for name, value in told.items() if _differs(name, before[name], value))
        if is_fixed:
            for name in _FIXED[line.table]:
                if name in differing and before[name] not in (None, ""):
                    self._conflict(line, name, before[name])
        return Change(line, area_id, before, differing) if differing else None

    def _area(self, line: Line) -> int | None:
        code, begins = line.values["area"], line.values["area_from"]
        if code is None:
            return None
        area = self.areas.get((code, begins))
        if area is None:
            self.faults.add(line, "area", _("Không có đơn vị hành chính mang mã này, trong thời kỳ này."))
        elif begins is None:
            line.values["area_from"] = area.valid_from
        return area.id if area else None

    def _conflict(self, line: Line, column: str, here: Any) -> None:
        text = _(
            "Ở đây đã xác nhận là “%(here)s”, tệp ghi “%(there)s”; không ghi đè.",
            here=shown(column, here), there=shown(column, line.values[column]),
        )  # fmt: skip
        self.faults.add(line, column, text)

    def _certificates(self) -> None:
        pauses: dict[str, list[Line]] = {}
        own = _codes(self.tables["certificates"])
        for pause in self.tables["suspensions"]:
            pauses.setdefault(pause.values["certificate"], []).append(pause)
            self._check_pause(pause, own)
        entered = _entered(self.goods.values())
        seen: dict[tuple[Any, ...], int] = {}
        for line in self.tables["certificates"]:
            known = self.papers.get(line.code)
            key = tuple(line.values[name] for name in ("product", "issuer", "decision_number", "decided_on"))
            other = entered.get(key)
            if key in seen or other not in (None, line.code):
                where = _("dòng %(n)s", n=seen[key]) if key in seen else other
                self.faults.add(line, "decision_number", _("Sản phẩm đã có trong quyết định này (%(at)s).", at=where))
            seen.setdefault(key, line.number)
            if known is None:
                self._new(line, pauses.get(line.code, []))
            else:
                self._known(line, known, pauses.get(line.code, []))

    def _check_pause(self, pause: Line, own: set[str]) -> None:
        values = pause.values
        if values["certificate"] not in own:
            self.faults.add(pause, "certificate", _("Chứng nhận này không có trong tệp."))
        # Lifted on its first day, a suspension ends the day before it began.
        if values["until_on"] is not None and values["until_on"] < values["from_on"] - _ONE_DAY:
            self.faults.add(pause, "until_on", _("Không thể trước ngày bắt đầu."))

    def _new(self, line: Line, pauses: list[Line]) -> None:
        """A certificate that is not known here: lawful on its own day, and whole."""
        values = line.values
        set_no = self._set_of(values["product"])
        if set_no is None:
            self.faults.add(line, "product", _("Không có sản phẩm mang mã này, cả trong tệp."))
            return
        for column, messages in unlawful(values, set_no, self.on).items():
            self.faults.add(line, column, " ".join(messages))
        for column, message in _broken(values):
            self.faults.add(line, column, message)
        self.plan.certificates.append((line, pauses))

    def _set_of(self, product: str) -> int | None:
        """The set of a product by its code, as the file says or else as it is here."""
        described = self.described.get(product)
        if described is not None:
            return described.values["set"]
        known = self.goods.get(product)
        return known.set_no if known else None

    def _known(self, line: Line, known: Certificate, pauses: list[Line]) -> None:
        """A certificate that stands here: its facts must agree, and what happened since becomes acts."""
        if known.verified_at is None:
            self.faults.add(line, "code", _("Chứng nhận này đã được nhập và đang chờ xác nhận."))
            return
        here, values = certificate_row(known, known.product.code), line.values
        for column in _VERIFIED:
            if values[column] is not None and _differs(column, here[column], values[column]):
                self._conflict(line, column, here[column])
        for kind, columns in (("extension", _EXTENSION), ("revocation", _REVOCATION)):
            told = {column: values[column] for column in columns}
            if values[columns[0]] is None:
                continue
            if here[columns[0]] is None:
                self.plan.acts.append(Act(kind, known.code, told))
            else:
                for column in columns:
                    if _differs(column, here[column], values[column]):
                        self._conflict(line, column, here[column])
        for column, message in _broken(values):
            self.faults.add(line, column, message)
        self.plan.acts += _pause_acts(known, pauses)


def make_plan(tables: dict[str, list[Line]], on: date) -> Plan:
    """What the lines of a file would do on that day. Raises ImportRefused with every contradiction."""
    faults = Faults()
    plan = Planner(tables, on, faults).run()
    faults.refuse()
    return plan


def unlawful(values: Values, set_no: int, on: date) -> dict[str, list[str]]:
    """Messages by column where a certificate contradicts the law of its day and no reason excuses it."""
    claim = Claim(
        stars=values["stars"], level=values["issuer_level"], decided_on=values["decided_on"],
        valid_from=values["valid_from"], valid_until=values["valid_until"], known_on=on, score=values["score"],
        sections=(values["score_a"], values["score_b"], values["score_c"]), set_no=set_no,
    )  # fmt: skip
    found = [fault for fault in judge(claim) if fault.gravity is not Gravity.REVIEW]
    is_excused = len(values["exception_reason"] or "") >= _REASON
    return errors_of([fault for fault in found if fault.gravity is Gravity.IMPOSSIBLE or not is_excused])


def _broken(values: Values) -> Iterable[tuple[str, str]]:
    """Columns that do not fit each other."""
    until, last = values["extended_until"], values["valid_until"]
    if (until is None) != (values["extension_receipt"] is None):
        yield "extension_receipt", _("Kéo dài cần cả ngày và số biên nhận.")
    if until is not None and not last < until <= last + EXTENSION_DAYS * _ONE_DAY:
        yield "extended_until", _("Phải sau ngày cuối và không quá %(days)d ngày sau đó.", days=EXTENSION_DAYS)
    told = [values[column] is not None for column in _REVOCATION]
    if any(told) and not all(told):
        yield "revoked_on", _("Thu hồi cần đủ ngày, số quyết định, căn cứ và cơ quan.")
    if values["revoked_on"] is not None and values["revoked_on"] < values["decided_on"]:
        yield "revoked_on", _("Không thể trước ngày quyết định công nhận.")


def _pause_acts(known: Certificate, pauses: list[Line]) -> list[Act]:
    """Suspensions that are not known here, and the ends of those that are open here."""
    here = {(row["from_on"], row["decision_number"]): row for row in suspension_rows(known)}
    acts: list[Act] = []
    for pause in sorted(pauses, key=lambda one: one.values["from_on"]):
        row = here.get((pause.values["from_on"], pause.values["decision_number"]))
        if row is None:
            acts.append(Act("suspension", known.code, pause.values))
        elif row["until_on"] is None and pause.values["until_on"] is not None:
            acts.append(Act("lifting", known.code, pause.values))
    return acts


def _differs(column: str, here: Any, there: Any) -> bool:
    """Whether two values are written differently."""
    return (typed(column, here) or None) != (typed(column, there) or None)


def _codes(lines: Iterable[Line], column: str = "code") -> set[str]:
    return {line.values[column] for line in lines}


def _by_code(column: InstrumentedAttribute[str], codes: Collection[str]) -> dict[str, Any]:
    """The rows of these codes."""
    found: dict[str, Any] = {}
    wanted = sorted(codes)
    for some_of in in_chunks(wanted):
        query = select(column.class_).where(column.in_(some_of))
        found |= {one.code: one for one in db.session.scalars(query)}
    return found


def _epochs(*tables: Sequence[Line]) -> dict[tuple[str, date | None], Area]:
    """Areas by code and first day; and by code alone the one that stands, or else the last."""
    codes = {line.values["area"] for lines in tables for line in lines if line.values["area"]}
    found: dict[tuple[str, date | None], Area] = {}
    wanted = sorted(codes)
    for some_of in in_chunks(wanted):
        query = select(Area).where(Area.code.in_(some_of)).order_by(Area.valid_from)
        for area in db.session.scalars(query):
            found[area.code, area.valid_from] = found[area.code, None] = area
    return found


def _proven(goods: Iterable[Product], makers: Iterable[Producer]) -> dict[str, set[int]]:
    """Ids of the products that a verified certificate names, and of their producers."""
    product_ids, maker_ids = [one.id for one in goods], [one.id for one in makers]
    proven: dict[str, set[int]] = {"products": set(), "producers": set()}
    query = select(Certificate.product_id, Product.producer_id).join(Product, Product.id == Certificate.product_id)
    for column, wanted in ((Product.id, product_ids), (Product.producer_id, maker_ids)):
        for some_of in in_chunks(wanted):
            some = column.in_(some_of)
            for product_id, maker_id in db.session.execute(query.where(some, Certificate.verified_at.is_not(None))):
                proven["products"].add(product_id)
                proven["producers"].add(maker_id)
    return proven


def _entered(goods: Iterable[Product]) -> dict[tuple[Any, ...], str]:
    """Codes of the certificates of these products by (product, issuer, number, day of the decision)."""
    names = {one.id: one.code for one in goods}
    found: dict[tuple[Any, ...], str] = {}
    wanted = sorted(names)
    for some_of in in_chunks(wanted):
        query = select(Certificate).where(Certificate.product_id.in_(some_of))
        for one in db.session.scalars(query):
            found[names[one.product_id], one.issuer, one.decision_number, one.decided_on] = one.code
    return found
