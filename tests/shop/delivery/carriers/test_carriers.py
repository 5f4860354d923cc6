"""Carriers by name, their tracking pages, the list that goes out and the table that comes back."""

import csv
import io

import pytest

from catalog.certificates.refusals import ImportRefused
from shop.delivery.carriers.by_file import HEADINGS, ByFile
from shop.delivery.carriers.by_hand import ByHand
from shop.delivery.carriers.known import find_carrier, list_carriers, tracking_link
from shop.delivery.carriers.port import Consignment, Result, get_adapter

ONE = Consignment("DH-7K3M9QXT-1", "Nguyễn Văn Thử", "+84912345678", "Số 5, Xã Thử", 1200, 240_000, True, True)


def sheet(*rows: str) -> bytes:
    return "\n".join(rows).encode()


@pytest.mark.parametrize("words", ["GHN", "ghn", "Giao Hàng Nhanh", "giao hang nhanh", " Giao Hàng Nhanh (GHN) "])
def test_a_carrier_is_known_however_it_is_written(words: str) -> None:
    found = find_carrier(words)
    assert found is not None
    assert found.code == "ghn"


def test_another_courier_is_only_a_name() -> None:
    assert find_carrier("Xe khách Hoàng Long") is None
    assert find_carrier("") is None
    assert find_carrier(None) is None


def test_links_lead_to_the_carrier_s_own_page_and_nowhere_else() -> None:
    assert tracking_link("ghn", "GA 12&x=1") == "https://donhang.ghn.vn/?order_code=GA%2012%26x%3D1"
    assert tracking_link("viettelpost", "123") is None  # its page is not certain
    assert tracking_link("ghn", None) is None
    assert tracking_link("manual", "123") is None
    for one in list_carriers():
        assert one.tracking_url == "" or one.tracking_url.startswith("https://")
        assert one.tracking_url.count("{tracking}") == bool(one.tracking_url)


def test_no_two_carriers_share_a_name() -> None:
    names = [alias for one in list_carriers() for alias in one.aliases]
    assert len(names) == len(set(names))


def test_the_list_says_what_a_carrier_needs_and_comes_back_as_it_went() -> None:
    [row] = ByFile().write([ONE])
    assert set(row) == set(HEADINGS)
    assert row["cash"] == 240_000
    assert row["marks"] == "Hàng dễ vỡ, Giữ lạnh"
    out = io.StringIO()
    writer = csv.DictWriter(out, list(HEADINGS))
    out.write(",".join(HEADINGS.values()) + "\n")
    writer.writerow({**row, "tracking": "GA1", "result": "Giao thành công"})
    [told] = ByFile().read(out.getvalue().encode())
    assert (told.code, told.tracking, told.result, told.line) == (ONE.code, "GA1", Result.DELIVERED, 2)


@pytest.mark.parametrize(
    ("words", "result"),
    [
        ("Đang giao", Result.TAKEN),
        ("đã giao", Result.DELIVERED),
        ("Giao thất bại", Result.FAILED),
        ("Đã hoàn", Result.RETURNED),
    ],
)
def test_results_in_people_s_words(words: str, result: Result) -> None:
    [told] = ByFile().read(sheet("Mã kiện;Kết quả;Lý do", f"dh-7k3m9qxt-1;{words};Từ chối"))
    assert (told.code, told.result) == ("DH-7K3M9QXT-1", result)
    assert told.reason == ("refused" if result is Result.FAILED else None)


def test_every_fault_is_named_by_line_and_column() -> None:
    file = sheet(
        "Mã kiện,Mã vận đơn,Kết quả", "A-1,1,Đã giao", "A-1,2,", ",3,", "A-2,4,bay mất", f"A-3,{'9' * 61},"
    )  # fmt: skip
    with pytest.raises(ImportRefused) as refused:
        ByFile().read(file)
    assert [(one["line"], one["column"]) for one in refused.value.facts["errors"]] == [
        (3, "Mã kiện"), (4, "Mã kiện"), (5, "Kết quả"), (6, "Mã vận đơn"),
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", sheet("Kết quả", "Đã giao"), sheet("Mã kiện,Lạ", "A,1")])
def test_a_file_that_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(ImportRefused):
        ByFile().read(data)


def test_a_formula_in_a_cell_is_a_text() -> None:
    [told] = ByFile().read(sheet("Mã kiện,Mã vận đơn", "A-1,'=1+1"))
    assert told.tracking == "=1+1"


def test_by_hand_needs_no_file() -> None:
    assert get_adapter("manual") == ByHand()
    assert not ByHand().sends_file
    assert ByHand().write([ONE]) == []
    assert ByHand().read(b"x") == []
