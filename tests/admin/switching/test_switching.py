"""Files of other systems on the desk: columns, trial, all or nothing, once; and what never comes in."""

import io
from datetime import date, timedelta
from types import ModuleType

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from admin.switching import service
from admin.switching.models import ForeignSku, ImportedCustomer, ImportProfile, ImportRun
from admin.switching.plans import Outcome, Plan, Wishes
from admin.switching.reading import read_sheet
from admin.switching.service import Job
from admin.switching.systems import recognise
from catalog.candidates.models import Candidate
from catalog.certificates.refusals import ImportRefused
from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.clock import now, today
from core.db import db
from shop.inventory.models import GoodsReceipt, Lot
from shop.inventory.queries import available
from shop.privacy.erasing import erase_traces
from shop.privacy.gathering import gather
from shop.privacy.subject import Subject, contacts_of
from shop.stores.models import Store
from tests.admin.conftest import Staff
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")
HEAD = "Mã hàng,Mã vạch,Tên hàng,Thương hiệu,Giá bán,Giá vốn,Tồn kho,Lô,Hạn sử dụng"
PEOPLE = "Mã khách hàng,Tên khách hàng,Điện thoại,Email"
GTIN = "8934563138165"


@pytest.fixture
def store(make: ModuleType, clock: Clock) -> Store:
    clock.on(date(2026, 11, 22))
    return make.store()


@pytest.fixture
def sku(make: ModuleType, store: Store) -> Sku:
    return make.sku(price_vnd=120_000, name="Mật ong thử")


def maker_of(sku: Sku) -> str:
    return db.session.get_one(Product, db.session.get_one(Listing, sku.listing_id).product_id).producer.name


def job(store: Store, kind: str, text: str | bytes, wishes: Wishes | None = None) -> Job:
    data = text.encode() if isinstance(text, str) else text
    sheet = read_sheet(data, kind)
    guess = recognise(sheet.headings, kind)
    return Job(store, kind, guess.system, "tep.csv", data, sheet, guess.columns, wishes or Wishes())


def outcomes(plan: Plan) -> list[Outcome]:
    return [line.outcome for line in plan.lines]


def test_products_get_prices_and_barcodes_and_nothing_uncertified_comes_in(
    make: ModuleType, store: Store, sku: Sku
) -> None:
    lapsed = make.sku(valid_until=today() - timedelta(days=1), name="Chè đã hết hạn")
    admin, before = make.actor("admin"), db.session.scalar(select(func.count()).select_from(Product))
    text = "\n".join([
        HEAD, f"{sku.code.lower()},{GTIN},Mật ong thử,,150.000,,,,", f"{lapsed.code},,Chè,,99000,,,,",
        "HH9,,Nước ngọt,Hãng lớn,10000,,,,", "HH8,,Mật ong thử,Hãng lạ,10000,,,,", "HH7,,Mật ong thử,,10000,,,,",
    ])  # fmt: skip
    plan = service.try_out(job(store, "products", text), admin)
    assert outcomes(plan) == [
        Outcome.PRICE, Outcome.UNCERTIFIED, Outcome.NOT_OCOP, Outcome.NOT_OCOP, Outcome.UNCLEAR,
    ]  # fmt: skip
    assert (sku.price_vnd, sku.gtin) == (120_000, None)  # a trial writes nothing
    run = service.take_over(job(store, "products", text), admin)
    db.session.refresh(sku)
    assert (sku.price_vnd, sku.gtin, run.counts["price"]) == (150_000, GTIN, 1)
    assert service.take_over(job(store, "products", text), admin).code == run.code
    assert db.session.scalar(select(func.count()).select_from(ImportRun)) == 1
    assert db.session.scalar(select(func.count()).select_from(Product)) == before
    assert db.session.scalar(select(func.count()).select_from(Candidate)) == 0


def test_what_is_not_known_becomes_a_proposal_where_that_is_wanted(make: ModuleType, store: Store) -> None:
    area, admin = make.area(), make.actor("admin")
    text = f"{HEAD}\nHH1,,Chè shan tuyết,HTX Núi Cao,90000,,,,\nHH2,,Nước ngọt,,10000,,,,"
    wishes = Wishes(area=area.code, set_no=4)
    service.take_over(job(store, "products", text, wishes), admin)
    (one,) = db.session.scalars(select(Candidate)).all()
    assert (one.name, one.producer_name, one.set_no, one.state) == ("Chè shan tuyết", "HTX Núi Cao", 4, "proposed")


def test_a_keeper_brings_codes_along_and_leaves_prices_to_others(make: ModuleType, store: Store, sku: Sku) -> None:
    keeper = make.actor("store_manager", ("store", store.code))
    text = f"{HEAD}\nHH000026,,Mật ong thử,{maker_of(sku)},150000,,,,"
    assert outcomes(service.try_out(job(store, "products", text), keeper)) == [Outcome.OTHER_PRICE]
    service.take_over(job(store, "products", text), keeper)
    assert (sku.price_vnd, db.session.scalar(select(ForeignSku.sku_id))) == (120_000, sku.id)
    stock = service.try_out(job(store, "stock", "Mã hàng,Tên hàng,Tồn kho\nHH000026,,7"), keeper)
    assert (outcomes(stock), stock.lines[0].how) == ([Outcome.RECEIVE], "before")


def test_a_price_that_more_than_halves_is_asked_about_and_one_fault_stops_all(
    make: ModuleType, store: Store, sku: Sku
) -> None:
    other, admin = make.sku(price_vnd=50_000), make.actor("admin")
    text = f"{HEAD}\n{other.code},,Mật ong,,60000,,,,\n{sku.code},,Mật ong,,12000,,,,\nHH3,,Chè,,mười nghìn,,,,"
    with pytest.raises(ImportRefused) as refused:
        service.take_over(job(store, "products", text), admin)
    assert [(one["line"], one["column"]) for one in refused.value.facts["errors"]] == [(3, "Giá bán")]
    db.session.refresh(other)
    assert other.price_vnd == 50_000
    wishes = Wishes(takes_big_prices=True)
    service.take_over(job(store, "products", text.replace("mười nghìn", "10000"), wishes), admin)
    db.session.refresh(sku)
    assert sku.price_vnd == 12_000


def test_stock_becomes_an_opening_receipt_once(make: ModuleType, store: Store, sku: Sku) -> None:
    weighed = make.sku(unit="gram", price_vnd=200_000)
    keeper = make.actor("store_manager", ("store", store.code))
    text = "\n".join([
        HEAD, f"{sku.code},,,,,80000,12,L01,31/12/2026", f"{weighed.code},,,,,,\"1,5\",,",
        f"{sku.code},,,,,,-2,L02,", f"{sku.code},,,,,,4,L03,01/01/2026", "HH9,,Nước ngọt,,,,5,,",
    ])  # fmt: skip
    wanted = [Outcome.RECEIVE, Outcome.RECEIVE, Outcome.EMPTY, Outcome.EXPIRED, Outcome.NOT_OCOP]
    work = job(store, "stock", text, Wishes(is_consigned=False))
    assert outcomes(service.try_out(work, keeper)) == wanted
    run = service.take_over(work, keeper)
    assert db.session.scalar(select(GoodsReceipt.kind).where(GoodsReceipt.code == run.receipt_code)) == "opening"
    lot = db.session.scalars(select(Lot).where(Lot.number == "L01")).one()
    assert (lot.unit_cost_vnd, lot.is_consigned, lot.expires_on) == (80_000, False, date(2026, 12, 31))
    free = {sku_id: by_store[store.id] for sku_id, by_store in available([sku.id, weighed.id], now()).items()}
    assert free == {sku.id: 12, weighed.id: 1500}
    again = service.try_out(job(store, "stock", text + "\n"), keeper)  # another file with the same lots
    assert outcomes(again)[:2] == [Outcome.ALREADY, Outcome.ALREADY]
    other = make.store()
    assert outcomes(service.try_out(job(other, "stock", text), keeper))[0] == Outcome.RECEIVE


def test_the_same_lot_twice_in_a_file_is_a_fault(make: ModuleType, store: Store, sku: Sku) -> None:
    text = f"{HEAD}\n{sku.code},,,,,,1,L01,\n{sku.code},,,,,,2,L01,"
    with pytest.raises(ImportRefused):
        service.try_out(job(store, "stock", text), make.actor("admin"))


def test_customers_come_without_consent_and_once(make: ModuleType, store: Store, clock: Clock) -> None:
    rows = [
        "KH1,Chị Na,0912345678,",
        "KH2,Chị Na,912345678,na@example.test",
        "KH3,Khách lẻ,,",
        "KH4,A Mơ,,Mo@Example.test",
    ]
    text = "\n".join([PEOPLE, *rows])
    keeper = make.actor("store_manager", ("store", store.code))
    work = job(store, "customers", text)
    assert outcomes(service.try_out(work, keeper)) == [
        Outcome.NEW, Outcome.KNOWN, Outcome.UNREACHABLE, Outcome.NEW,
    ]  # fmt: skip
    run = service.take_over(work, keeper)
    rows = db.session.scalars(select(ImportedCustomer).order_by(ImportedCustomer.id)).all()
    assert [(one.phone, one.email) for one in rows] == [("+84912345678", None), (None, "mo@example.test")]
    clock.forward(days=366)
    assert service.forget_old_customers(today()) == 2
    assert service.forget_customers(store, run.code, keeper) == 0


def test_a_person_sees_what_came_along_and_has_it_erased(make: ModuleType, store: Store) -> None:
    keeper = make.actor("store_manager", ("store", store.code))
    service.take_over(job(store, "customers", f"{PEOPLE}\nKH1,Chị Na,0912345678,\nKH2,Anh Mơ,0987654321,"), keeper)
    her = Subject(contact="+84912345678")
    assert [one["name"] for one in gather(her)["brought_along"]] == ["Chị Na"]
    erase_traces(her, contacts_of(her))
    assert db.session.scalars(select(ImportedCustomer.name)).all() == ["Anh Mơ"]


def xlsx(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1258", "utf-16"])
def test_every_coding_and_separator_says_the_same(make: ModuleType, store: Store, sku: Sku, coding: str) -> None:
    text = f"Mã hàng;Tên hàng;Giá bán\r\n{sku.code};Mật ong thử;130.000\r\n"
    if coding == "cp1258":  # letters with the tone behind them, as that code page has them
        tones = {"ậ": "â\u0323", "ã": "a\u0303", "á": "a\u0301", "ử": "ư\u0309"}
        data = "".join(tones.get(sign, sign) for sign in text).encode("cp1258")
    else:
        data = text.encode(coding)
    assert outcomes(service.try_out(job(store, "products", data), make.actor("admin"))) == [Outcome.PRICE]


def test_xlsx_says_it_too_and_a_formula_or_a_flood_is_refused(make: ModuleType, store: Store, sku: Sku) -> None:
    admin = make.actor("admin")
    good = xlsx(["Mã hàng", "Tên hàng", "Giá bán"], [sku.code, "Mật ong", 130000.0])
    assert outcomes(service.try_out(job(store, "products", good), admin)) == [Outcome.PRICE]
    with pytest.raises(ImportRefused):
        read_sheet(xlsx(["Mã hàng", "Tên hàng"], [sku.code, "=1+1"]), "products")
    with pytest.raises(ImportRefused):
        service.try_out(job(store, "products", f"{HEAD}\n{sku.code},,=cmd|1,,1000,,,,"), admin)
    for bad in (b"", b"PK\x03\x04nonsense", b"\xff\xfe\x00", b"a\nb", ("x,y\n" * 2100).encode(), b'a,"b\nc'):
        with pytest.raises(ImportRefused):
            read_sheet(bad, "products")


def test_the_desk_reads_tries_and_takes_over(make: ModuleType, staff: Staff, store: Store, sku: Sku) -> None:
    browser = staff("store_manager", ("store", store.code))
    home = f"/quan-ly/chuyen-sang/{store.code}"
    assert browser.client.get(home).status_code == 200
    text = f"SKU cũ;Số còn\n{sku.code};7\n".encode()
    page = browser.post(home, kind="stock", file=(io.BytesIO(text), "kho.csv"))
    assert page.status_code == 200
    assert "Chưa nhận ra hệ thống" in page.text
    key = page.text.split('name="key" value="')[1].split('"')[0]
    chosen = {"kind": "stock", "key": key, "file_name": "kho.csv", "columns": "1"}
    missing = browser.post(home, **chosen)
    assert missing.status_code == 422
    chosen |= {"column-code": "SKU cũ", "column-quantity": "Số còn", "is_consigned": "true", "commission_percent": "20"}
    tried = browser.post(home, **chosen, profile_name="Sổ tay")
    assert "Nhập thật" in tried.text
    assert db.session.scalar(select(ImportProfile.name)) == "Sổ tay"
    assert available([sku.id], now()) == {}
    assert browser.post(home, **chosen, confirm="1").status_code == 303
    assert available([sku.id], now()) == {sku.id: {store.id: 7}}
    assert "đã nhập" in browser.post(home, **chosen, confirm="1").text
    fresh = browser.post(home, kind="stock", file=(io.BytesIO(text + b"\n"), "kho2.csv"))
    assert 'value="SKU cũ" selected' in fresh.text  # the profile is found again by the headings


def test_another_stores_keeper_finds_nothing(make: ModuleType, staff: Staff, store: Store) -> None:
    browser = staff("store_manager", ("store", make.store().code))
    assert browser.client.get(f"/quan-ly/chuyen-sang/{store.code}").status_code == 404
    assert browser.client.get(f"/quan-ly/dat-hang/{store.code}").status_code == 404


def test_a_cashier_may_not(make: ModuleType, staff: Staff, store: Store) -> None:
    browser = staff("cashier", ("store", store.code))
    assert browser.client.get(f"/quan-ly/chuyen-sang/{store.code}").status_code == 403
