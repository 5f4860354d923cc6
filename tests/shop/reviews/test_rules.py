"""Rules of reviews on plain values."""

from datetime import UTC, datetime, timedelta

import pytest

from shop.reviews.rules import EDITABLE, NO_RATING, Rating, is_editable, reasons_to_wait, shown_name, state_of

AT = datetime(2026, 11, 22, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("naming", "name", "shown"),
    [
        ("initials", "Nguyễn Thị Hoa", "N. T. H."),
        ("initials", "đỗ  văn ánh", "Đ. V. Á."),
        ("initials", "Lan", "L."),
        ("initials", "0912345678", ""),
        ("initials", "Chị (Hai) Bưởi", "C. H. B."),
        ("full", "Nguyễn Thị Hoa", "Nguyễn Thị Hoa"),
        ("none", "Nguyễn Thị Hoa", ""),
    ],
)
def test_a_name_is_shown_as_chosen(naming: str, name: str, shown: str) -> None:
    assert shown_name(naming, name) == shown


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Gọi tôi 0912 345 678 nhé", ["phone"]),
        ("gọi 0912.345.678", ["phone"]),
        ("+84 912345678", ["phone"]),
        ("gọi 0 9 1 2 3 4 5 6 7 8", ["phone"]),
        ("\uff10\uff19\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", ["phone"]),
        ("không chín một hai ba bốn năm sáu bảy tám", ["phone"]),
        ("viết cho toi@example.test", ["email"]),
        ("xem https://example.test/x", ["link"]),
        ("vào shopcuatoi.com mua rẻ hơn", ["link"]),
        ("nhắn Zalo cho mình", ["link"]),
        ("Nhà tôi ở số nhà 12, cứ đến", ["address"]),
        ("số 5 đường Lạch Tray giao nhầm", ["address"]),
        ("giao về thôn Đông, xã Kiến Hưng", ["address"]),
        ("ĐÉO ngon", ["insult"]),
        ("bán hàng lừa đảo", ["insult"]),
        ("uống vào chữa khỏi tiểu đường", ["cure"]),
        ("bà tôi thay thuốc bằng mật này, gọi 0912345678", ["phone", "cure"]),
    ],
)
def test_what_makes_a_text_wait(words: str, why: list[str]) -> None:
    assert reasons_to_wait(words) == why
    assert state_of(words) == ("held", " ".join(why))


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Mật ong thơm, đặc, đóng gói kỹ. Mua 2 hũ 500 g giá 125.000 đ.",
        "Dở. Không mua lại. Nhạt như nước, tiền mất tật mang.",
        "Đặt ngày 20/11/2026, nhận 22/11/2026, mã DH-7K3M9QXT",
        "Quyết định số 1234/QĐ-UBND ghi 4 sao mà vị bình thường",
        "Lon nước mắm 1 lít hơi móp, con dì tôi thích",
        "Hạn dùng 30.12.2027, lô 2026-11-01, còn 365 ngày",
        "Ăn ngon.Mẹ tôi khen",
    ],
)
def test_an_honest_opinion_does_not_wait(words: str) -> None:
    """The control: bad opinions, dates, prices and numbers of decisions are no ground."""
    assert reasons_to_wait(words) == []


@pytest.mark.parametrize(
    ("counts", "tenths"), [((0, 0, 0, 0, 0), 0), ((0, 0, 0, 0, 1), 50), ((1, 0, 0, 0, 1), 30), ((0, 0, 0, 1, 2), 47),
                           ((0, 0, 0, 3, 1), 43), ((1, 0, 0, 0, 0), 10)],
)  # fmt: skip
def test_the_average_is_half_up_in_tenths(counts: tuple[int, int, int, int, int], tenths: int) -> None:
    assert Rating(counts).tenths == tenths
    assert NO_RATING.average == 0


def test_thirty_days_to_change_one_s_mind() -> None:
    last = AT + EDITABLE - timedelta(seconds=1)
    assert is_editable(AT, "shown", last) and is_editable(AT, "held", last)
    assert not is_editable(AT, "shown", AT + EDITABLE)
    assert not is_editable(AT, "hidden", AT) and not is_editable(AT, "withdrawn", AT)
