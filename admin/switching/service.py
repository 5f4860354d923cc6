"""Taking a file over: one transaction, all or nothing, once; and the profiles by which files are read.

A trial draws the same plan without writing anything.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from admin.switching.goods import plan_products, plan_stock
from admin.switching.models import ForeignSku, ImportedCustomer, ImportProfile, ImportRun
from admin.switching.people import plan_customers
from admin.switching.plans import Line, Outcome, Plan, Wishes
from admin.switching.reading import Sheet, read_rows
from admin.switching.systems import fingerprint
from catalog.candidates.service import propose
from catalog.certificates.importing import Faults
from catalog.changes.prices import set_price
from catalog.listings.models import Sku
from catalog.listings.service import edit_sku
from core.accounts.actor import Actor
from core.audit import record
from core.clock import day_start, local_day, now
from core.db import db, in_chunks, transaction
from core.errors import Invalid, NotFound
from core.ids import short_code
from shop.inventory.service import Delivered, receive
from shop.stores.models import Store

#: Customers who have not been heard of for so long are forgotten (docs/switching.md).
KEPT = timedelta(days=365)
MOST_PROFILES = 50


@dataclass(frozen=True, slots=True)
class Job:
    """A file with everything that was chosen about it."""

    store: Store
    kind: str
    system: str
    file_name: str
    data: bytes
    sheet: Sheet
    columns: Mapping[str, str]
    wishes: Wishes

    @property
    def sha256(self) -> str:
        """The same for the same file, read the same way for the same store."""
        chosen = json.dumps([self.kind, dict(sorted(self.columns.items())), asdict(self.wishes)], sort_keys=True)
        return hashlib.sha256(f"{self.store.id} {chosen}\n".encode() + self.data).hexdigest()


def try_out(job: Job, by: Actor) -> Plan:
    """What the file would do. Raises ImportRefused with every fault by line."""
    return _plan(job, by, local_day(now()))


def find_run(job: Job) -> ImportRun | None:
    """The run that took this very file over, or None."""
    return db.session.scalar(select(ImportRun).where(ImportRun.sha256 == job.sha256))


def take_over(job: Job, by: Actor) -> ImportRun:
    """Do what the trial showed, all or nothing; the same file again answers its run and does nothing.

    Raises ImportRefused, and whatever writing one of its lines refuses.
    """
    with transaction() as session:
        session.execute(select(Store.id).where(Store.id == job.store.id).with_for_update(key_share=True))
        if (before := find_run(job)) is not None:
            return before
        at = now()
        plan = _plan(job, by, local_day(at))
        run = ImportRun(
            code=short_code("CS"), store_id=job.store.id, kind=job.kind, system=job.system, sha256=job.sha256,
            file_name=job.file_name[-200:], counts=plan.counts, by_label=by.label, at=at,
        )  # fmt: skip
        session.add(run)
        session.flush()
        WRITERS[job.kind](job, plan, run, by)
        record("import.taken_over", f"store:{job.store.code}", by, run=run.code, kind=job.kind, system=job.system,
               file=run.file_name, counts=run.counts, receipt=run.receipt_code)  # fmt: skip
        return run


def save_profile(job: Job, name: str, by: Actor) -> ImportProfile:
    """Keep how a file's columns are read under a name; the same name is written over. Raises Invalid."""
    with transaction() as session:
        mine = ImportProfile.seller_id == job.store.seller_id, ImportProfile.kind == job.kind
        found = session.scalar(select(ImportProfile).where(*mine, ImportProfile.name == name))
        if found is None:
            if len(list_profiles(job.store, job.kind)) >= MOST_PROFILES:
                raise Invalid({"profile_name": [_("Đã lưu nhiều cách đọc; hãy dùng lại một tên.")]})
            found = ImportProfile(seller_id=job.store.seller_id, kind=job.kind, name=name)
            session.add(found)
        found.system, found.columns, found.fingerprint = job.system, dict(job.columns), fingerprint(job.sheet.headings)
        found.by_label, found.at = by.label, now()
        session.flush()
        record("import.profile_saved", f"store:{job.store.code}", by, profile=name, kind=job.kind)
        return found


def list_profiles(store: Store, kind: str) -> Sequence[ImportProfile]:
    """A seller's ways of reading files of a kind, by name."""
    mine = select(ImportProfile).where(ImportProfile.seller_id == store.seller_id, ImportProfile.kind == kind)
    return db.session.scalars(mine.order_by(ImportProfile.name)).all()


def list_runs(store: Store, page: int, per_page: int) -> tuple[Sequence[ImportRun], int]:
    """Files that were taken over for a store, newest first."""
    mine = select(ImportRun).where(ImportRun.store_id == store.id).order_by(ImportRun.id.desc())
    total = db.session.scalar(select(func.count()).select_from(mine.order_by(None).subquery())) or 0
    return db.session.scalars(mine.limit(per_page).offset((page - 1) * per_page)).all(), total


def list_customers(store: Store, page: int, per_page: int, q: str = "") -> tuple[Sequence[ImportedCustomer], int]:
    """A seller's customers of the system before, by name; ``q``: digits of the number, or the whole e-mail."""
    mine = select(ImportedCustomer).where(ImportedCustomer.seller_id == store.seller_id)
    if q:
        mine = mine.where((ImportedCustomer.phone.endswith(q.lstrip("0"))) | (ImportedCustomer.email == q.lower()))
    total = db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    query = mine.order_by(ImportedCustomer.name, ImportedCustomer.id)
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total


def forget_customers(store: Store, run_code: str, by: Actor) -> int:
    """Erase the customers that one file brought; answers how many. Raises NotFound."""
    with transaction() as session:
        run = session.scalar(
            select(ImportRun).where(
                ImportRun.code == run_code, ImportRun.store_id == store.id, ImportRun.kind == "customers"
            )
        )
        if run is None:
            raise NotFound
        gone = delete(ImportedCustomer).where(ImportedCustomer.run_id == run.id).returning(ImportedCustomer.id)
        count = len(session.scalars(gone).all())
        record("import.customers_forgotten", f"store:{store.code}", by, run=run.code, count=count)
        return count


def forget_old_customers(today: date) -> int:
    """Erase customers who were taken over more than a year ago; answers how many."""
    with transaction() as session:
        old = delete(ImportedCustomer).where(ImportedCustomer.imported_at < day_start(today) - KEPT)
        return len(session.scalars(old.returning(ImportedCustomer.id)).all())


def _plan(job: Job, by: Actor, on: date) -> Plan:
    faults = Faults()
    rows = read_rows(job.sheet, job.columns, job.kind, faults)
    if not rows:
        faults.add(1, None, _("Không có dòng nào dưới tiêu đề."))
    if job.kind == "products":
        plan = plan_products(job.store, rows, job.wishes, by, on, faults)
    elif job.kind == "stock":
        plan = plan_stock(job.store, rows, job.wishes, on, faults)
    else:
        plan = plan_customers(job.store, rows)
    for fault in faults.found:
        fault["column"] = job.columns.get(fault["column"] or "", fault["column"])
    faults.refuse()
    return plan


def _write_products(job: Job, plan: Plan, _run: ImportRun, by: Actor) -> None:
    for line in plan.lines:
        if line.outcome == Outcome.CANDIDATE:
            propose(by, area=job.wishes.area, **line.act)
            continue
        if gtin := line.act.get("gtin"):
            edit_sku(by, line.act["sku"], _version(line.act["sku"]), {"gtin": gtin})
        if line.outcome == Outcome.PRICE:
            sku = line.act["sku"]
            reason = _("Nhập từ %(file)s", file=job.file_name)[:300]
            set_price(by, sku, _version(sku), line.act["price"], reason=reason, is_confirmed=True)
    _remember(job, plan.lines)


def _write_stock(job: Job, plan: Plan, run: ImportRun, by: Actor) -> None:
    terms = job.wishes
    lots = [
        Delivered(
            one["sku"], one["number"], one["quantity"], one["made_on"], one["expires_on"], terms.is_consigned,
            one["cost"], terms.commission_bp if terms.is_consigned else 0,
        )
        for line in plan.lines if line.outcome == Outcome.RECEIVE for one in [line.act]
    ]  # fmt: skip
    if lots:
        note = _("Tồn đầu kỳ từ %(file)s (%(run)s)", file=job.file_name, run=run.code)
        paper = receive(job.store, lots, by, note=note).paper
        paper.kind, run.receipt_code = "opening", paper.code
    _remember(job, plan.lines)


def _write_customers(job: Job, plan: Plan, run: ImportRun, _by: Actor) -> None:
    rows = [line.act for line in plan.lines if line.outcome == Outcome.NEW]
    known = {"seller_id": job.store.seller_id, "run_id": run.id, "imported_at": run.at}
    db.session.add_all(ImportedCustomer(**known, **row) for row in rows)
    db.session.flush()


#: What carries a plan out, by kind of file.
WRITERS: dict[str, Callable[[Job, Plan, ImportRun, Actor], None]] = {
    "products": _write_products, "stock": _write_stock, "customers": _write_customers,
}  # fmt: skip


def _version(sku: str) -> int:
    return db.session.execute(select(Sku.version).where(Sku.code == sku)).scalar_one()


def _remember(job: Job, lines: Sequence[Line]) -> None:
    """Keep what the seller called each pack: her next file is read by it."""
    acts: list[dict[str, Any]] = [line.act for line in lines if line.act.get("code") and line.act.get("sku")]
    skus = {str(one["code"]): str(one["sku"]) for one in acts if str(one["code"]) != str(one["sku"]).upper()}
    ids: dict[str, int] = {}
    for chunk in in_chunks(sorted(set(skus.values()))):
        ids |= {row[0]: row[1] for row in db.session.execute(select(Sku.code, Sku.id).where(Sku.code.in_(chunk)))}
    stands: dict[str, ForeignSku] = {}
    for chunk in in_chunks(sorted(skus)):
        mine = select(ForeignSku).where(ForeignSku.seller_id == job.store.seller_id, ForeignSku.code.in_(chunk))
        stands |= {one.code: one for one in db.session.scalars(mine)}
    for code, sku in skus.items():
        row = stands.get(code) or ForeignSku(seller_id=job.store.seller_id, code=code)
        row.sku_id = ids[sku]
        db.session.add(row)
    db.session.flush()
