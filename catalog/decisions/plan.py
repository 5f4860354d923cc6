"""What a decision would do, line by line, held against what is known now: reads only, a fixed number of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from catalog.certificates.importing import Faults, entered_in, find
from catalog.certificates.importing import Line as Recognised
from catalog.certificates.judging import in_words
from catalog.certificates.law import Claim, Gravity, judge
from catalog.certificates.matching import Known
from catalog.certificates.models import Certificate
from catalog.certificates.queries import term_of
from catalog.certificates.rules import Term, cuts, standing, status_of
from catalog.consequences.port import Change, Effect, Happening, foresee
from catalog.decisions import rules
from catalog.decisions.models import RECOGNITION, REVOCATION
from catalog.decisions.rules import Ended, Facts, Line, Plan, Step, Warned, act_of, closes
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db, in_chunks
from core.text import fold

#: The key of a certificate that is still to be: newer than all that are.
_TO_COME = 2**62
#: What the law calls a field, and the column of a table that carries it.
_COLUMN = {"product": "set"}


def draw(facts: Facts, lines: Sequence[Line], today: date) -> Plan:
    """What each line does, and everything that is wrong: nothing is written."""
    if facts.kind == RECOGNITION:
        return _draw_recognition(facts, [line for line in lines if isinstance(line, Recognised)], today)
    return _draw_ending(facts, [line for line in lines if isinstance(line, Ended)], today)


def lines_of_decision(number: str, day: date) -> list[Ended]:
    """Every certificate of an earlier decision that still counts on the day or will, as lines."""
    query = _certificates(Certificate.decision_number == number, Certificate.revoked_on.is_(None))
    counting = [one for one in query if closes(status_of(term_of(one), day))]
    return [Ended(number, certificate_code=one.code) for number, one in enumerate(counting, start=1)]


def authorities_of(number: str) -> set[tuple[str, date]]:
    """Whose decisions bear this number, and of which days: authorities number for themselves."""
    query = select(Certificate.issuer, Certificate.decided_on).where(
        Certificate.decision_number == number, Certificate.verified_at.is_not(None)
    )
    return {(issuer, day) for issuer, day in db.session.execute(query.distinct())}


def effects_of(facts: Facts, plan: Plan, today: date) -> list[Effect]:
    """Everything that the plan would bring about in carts, stores, orders and fairs."""
    return [effect for change in _changes(facts, plan, today) for effect in foresee(change)]


def _changes(facts: Facts, plan: Plan, today: date) -> list[Change]:
    if facts.effective_on is not None:
        happening = Happening.REVOCATION if facts.kind == REVOCATION else Happening.SUSPENSION
        return [Change(happening, _ids(step for step in plan.steps if step.is_closing), facts.effective_on, today)]
    starred = (rules.UPGRADE, rules.DOWNGRADE)
    begins = min((max(step.from_on or today, today) for step in plan.steps), default=today)
    return [
        Change(Happening.DOWNRATING, _ids(step for step in plan.steps if step.act in starred), begins, today),
        Change(Happening.RENEWAL, _ids(step for step in plan.steps if step.act not in starred), begins, today),
    ]


def _ids(steps: Iterable[Step]) -> tuple[int, ...]:
    return tuple(sorted({step.product_id for step in steps if step.product_id is not None}))


# Recognition


def _draw_recognition(facts: Facts, lines: Sequence[Recognised], today: date) -> Plan:
    faults, known = Faults(), Known(lines)
    found = [(line, *find(line, known, faults)) for line in lines]
    entered = entered_in(facts.heading)
    products = {product.id for _line, _maker, product in found if product}
    earlier = _by_product(_certificates_of(products))
    steps: list[Step] = []
    first_line: dict[int, int] = {}
    names: dict[str, Recognised] = {}
    for line, maker, product in found:
        warnings = _doubts(facts, line, maker, today)
        if product is not None:
            if product.id in entered:
                faults.add(line.number, "product_name", _("Sản phẩm đã có trong quyết định này."))
            if first_line.setdefault(product.id, line.number) != line.number:
                text = _("Cùng sản phẩm với dòng %(n)s.", n=first_line[product.id])
                faults.add(line.number, "product_name", text)
        warnings += _look_alikes(line, maker, product, known)
        first_name = names.setdefault(line.producer_tax_code or f"line {line.number}", line)
        if fold(first_name.producer_name) != fold(line.producer_name):
            text = _("Dòng %(n)s ghi tên khác cho mã số thuế này; coi là một chủ thể.", n=first_name.number)
            warnings.append(Warned("producer_tax_code", text))
        certificates = earlier.get(product.id, []) if product else []
        steps.append(_recognition(line, maker, product, certificates, warnings, today))
    return Plan(tuple(steps), tuple(sorted(faults.found, key=lambda fault: fault["line"])))


def _recognition(
    line: Recognised,
    maker: Producer | None,
    product: Product | None,
    earlier: Sequence[Certificate],
    warnings: list[Warned],
    today: date,
) -> Step:
    by_id = {one.id: one for one in earlier}
    terms = [term_of(one) for one in earlier]
    act, newest = act_of(line, terms, today) if product else (rules.NEW, None)
    term = Term(_TO_COME, line.stars, line.valid_from, line.valid_until, today, decided_on=today)
    cut = cuts(term, terms)
    if _TO_COME in cut:
        warnings = [*warnings, Warned("valid_from", _("Chứng nhận khác của sản phẩm mới hơn và thay chứng nhận này."))]
    if term.starts_on > line.valid_until:
        warnings = [*warnings, Warned("valid_until", _("Ngày cuối đã qua: ghi lại mà không bán được gì."))]
    return Step(
        line.number, act, product.name if product else line.product_name, maker.name if maker else line.producer_name,
        line.stars, product.id if product else None, product.code if product else None, maker is None,
        "".join(part or "" for part in line.maker),
        by_id[newest.certificate_id].code if newest else None, newest.stars if newest else None, term.starts_on,
        line.valid_until, cut.get(newest.certificate_id) if newest else None, warnings=tuple(warnings),
    )  # fmt: skip


def _doubts(facts: Facts, line: Recognised, maker: Producer | None, today: date) -> list[Warned]:
    """What the rules of the decision's day leave open about the line; what they refuse was refused at its reading."""
    claim = Claim(
        stars=line.stars, level=facts.issuer_level, decided_on=facts.decided_on, valid_from=line.valid_from,
        valid_until=line.valid_until, known_on=today, score=line.score, set_no=line.set_no,
        subject=maker.kind if maker else None,
    )  # fmt: skip
    return [
        Warned(_COLUMN.get(fault.field, fault.field), in_words(fault))
        for fault in judge(claim)
        if fault.gravity is Gravity.REVIEW
    ]


def _look_alikes(line: Recognised, maker: Producer | None, product: Product | None, known: Known) -> list[Warned]:
    """Producers and products that may be the same under another writing."""
    warnings: list[Warned] = []
    if maker is not None and maker.name_folded != fold(line.producer_name):
        text = _("Mã số thuế này đang là của “%(name)s” (%(code)s); dùng chủ thể đó.", name=maker.name, code=maker.code)
        warnings.append(Warned("producer_tax_code", text))
    if maker is None:
        warnings += [
            Warned("producer_name", _("Trùng tên với chủ thể %(code)s, khác mã số thuế.", code=twin.code))
            for twin in known.namesakes(line)[:3]
        ]
    near = known.near(line, maker) if maker is not None and product is None else None
    if near is not None:
        text = _("Gần giống “%(name)s” (%(code)s) của cùng chủ thể.", name=near.name, code=near.code)
        warnings.append(Warned("product_name", text))
    return warnings


# Revocation and suspension


def _draw_ending(facts: Facts, lines: Sequence[Ended], today: date) -> Plan:
    day = facts.effective_on or today
    faults, steps, first_line = Faults(), list[Step](), dict[int, int]()
    for line, certificate in _targets(lines, day, faults):
        if first_line.setdefault(certificate.id, line.number) != line.number:
            text = _("Cùng chứng nhận với dòng %(n)s.", n=first_line[certificate.id])
            faults.add(line.number, "product_code", text)
        _check_ending(facts, line, certificate, day, faults)
        steps.append(_ending(facts, line, certificate, max(day, today)))
    if facts.revokes:
        now = {line.certificate_code or "" for line in lines_of_decision(facts.revokes, day)}
        missed = sorted(now - {step.certificate for step in steps})
        if missed:
            faults.add(1, "revokes", _("Quyết định ấy nay có thêm chứng nhận: %(codes)s.", codes=", ".join(missed)))
    return Plan(tuple(steps), tuple(sorted(faults.found, key=lambda fault: fault["line"])))


def _targets(lines: Sequence[Ended], day: date, faults: Faults) -> list[tuple[Ended, Certificate]]:
    """The certificate that each line means; lines that mean none are faults."""
    codes = {code for line in lines for code in (line.certificate_code, line.product_code) if code}
    by_code = {one.code: one for one in _certificates_in(Certificate.code, codes)}
    known = Known(lines)
    nameless = {fold(line.product_name) for line in lines if line.product_name and not line.producer_name}
    named: dict[str, list[Product]] = defaultdict(list)
    for product in _products_named(nameless):
        named[product.name_folded].append(product)
    meant = [(line, by_code.get(line.certificate_code or line.product_code or "")) for line in lines]
    asked = [(line, one, None if one else _product(line, known, named, faults)) for line, one in meant]
    of_product = _by_product(_certificates_of({product.id for _line, _one, product in asked if product}))
    found: list[tuple[Ended, Certificate]] = []
    for line, one, product in asked:
        target = one or (_about(of_product.get(product.id, []), day) if product else None)
        if target is not None:
            found.append((line, target))
        elif product is not None:
            faults.add(line.number, _column(line), _("Sản phẩm không có chứng nhận đã xác nhận nào để ghi."))
    return found


def _product(line: Ended, known: Known, named: dict[str, list[Product]], faults: Faults) -> Product | None:
    product = known.product(line, known.makers(line))
    if product is None and line.product_name and not line.producer_name and not line.product_code:
        twins = named.get(fold(line.product_name), [])
        if len(twins) > 1:
            faults.add(line.number, "producer_name", _("Nhiều sản phẩm cùng tên; hãy ghi thêm chủ thể."))
            return None
        product = twins[0] if twins else None
    if product is None or line.certificate_code:
        faults.add(line.number, _column(line), _("Không tìm thấy sản phẩm hoặc chứng nhận này."))
        return None
    if line.product_name and fold(product.name) != fold(line.product_name):
        faults.add(line.number, "product_name", _("Mã này đang là sản phẩm “%(name)s”.", name=product.name))
    return product


def _about(certificates: Sequence[Certificate], day: date) -> Certificate | None:
    """The certificate that the product stands on that day, or the last it had; revoked ones only when no other is."""
    by_id = {one.id: one for one in certificates}
    standing_ones = [term_of(one) for one in certificates if one.revoked_on is None]
    about = standing(standing_ones or [term_of(one) for one in certificates], day).about
    return by_id[about.certificate_id] if about else None


def _check_ending(facts: Facts, line: Ended, one: Certificate, day: date, faults: Faults) -> None:
    column = _column(line)
    if one.verified_at is None:
        faults.add(line.number, column, _("Chứng nhận %(code)s chưa được xác nhận.", code=one.code))
    elif one.revoked_on is not None:
        text = _("Chứng nhận %(code)s đã bị thu hồi theo %(number)s.", code=one.code, number=one.revocation_number)
        faults.add(line.number, column, text)
    elif day < one.decided_on:
        text = _("Trước ngày quyết định công nhận (%(day)s).", day=f"{one.decided_on:%d/%m/%Y}")
        faults.add(line.number, column, text)
    elif facts.kind != REVOCATION and any(pause.lifted_at is None for pause in one.suspensions):
        faults.add(line.number, column, _("Chứng nhận %(code)s đang bị tạm dừng.", code=one.code))


def _ending(facts: Facts, line: Ended, one: Certificate, day: date) -> Step:
    is_closing = closes(status_of(term_of(one), day))
    act = (rules.REVOKE if is_closing else rules.RECORD) if facts.kind == REVOCATION else rules.SUSPEND
    return Step(
        line.number, act, one.product.name, one.product.producer.name, one.stars, one.product_id, one.product.code,
        certificate=one.code, from_on=facts.effective_on, until_on=facts.until_on, ground=line.ground or facts.ground,
        is_closing=is_closing,
    )  # fmt: skip


def _column(line: Ended) -> str:
    """The column by which the line names its product."""
    if line.certificate_code:
        return "certificate_code"
    return "product_code" if line.product_code else "product_name"


# Reading


def _certificates(*conditions: ColumnElement[bool]) -> Sequence[Certificate]:
    query = select(Certificate).where(*conditions).order_by(Certificate.id)
    return db.session.scalars(query.options(joinedload(Certificate.product).joinedload(Product.producer))).all()


def _certificates_in(column: ColumnElement[object] | object, wanted: Collection[object]) -> list[Certificate]:
    values, found = sorted(wanted, key=str), list[Certificate]()
    for some_of in in_chunks(values):
        found += _certificates(column.in_(some_of))  # type: ignore[union-attr]
    return found


def _certificates_of(product_ids: Collection[int]) -> list[Certificate]:
    """The verified certificates of these products."""
    found = _certificates_in(Certificate.product_id, product_ids)
    return [one for one in found if one.verified_at is not None]


def _by_product(certificates: Iterable[Certificate]) -> dict[int, list[Certificate]]:
    found: dict[int, list[Certificate]] = defaultdict(list)
    for one in certificates:
        found[one.product_id].append(one)
    return found


def _products_named(names: Collection[str]) -> Sequence[Product]:
    found: list[Product] = []
    wanted = sorted(names)
    for some_of in in_chunks(wanted):
        found += db.session.scalars(select(Product).where(Product.name_folded.in_(some_of))).all()
    return found
