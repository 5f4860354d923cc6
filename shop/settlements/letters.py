"""What producers are told: their money went out, or nothing is paid this month and why."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, facts, said, small
from core.money import dong
from shop.settlements.words import period_words

_URL = "https://ocopmart.example.vn/quan-ly/san-xuat/duoc-tra/DS-7K3M9QXT"
PAID = {
    "period": "2026-10", "seller": "Hợp tác xã OCOP Mart Kiến Thụy", "code": "DS-7K3M9QXT", "sales_vnd": 12_450_000,
    "returns_vnd": 180_000, "commission_vnd": 2_454_000, "others_vnd": -50_000, "total_vnd": 9_766_000,
    "reference": "FT26325001234", "url": _URL,
}  # fmt: skip
CARRIED = PAID | {"total_vnd": -120_000, "reference": None, "note": None}


@kind("settlement.paid", _l("Đã trả tiền hàng ký gửi"), sample=PAID, by_sms=True)
def paid(c: Context) -> Letter:
    """How much for which month, and out of what it is made."""
    month, total = period_words(c["period"]), dong(c["total_vnd"])
    subject = _("Đã trả bạn %(total)s, %(month)s", total=total, month=month.lower())
    body = (
        said(_("%(seller)s đã trả tiền hàng ký gửi %(month)s.", seller=c["seller"], month=month.lower())),
        facts([*_sums(c), (_("Số giao dịch"), c["reference"])]),
        button(_("Xem từng dòng"), c["url"]),
        small(_("Thấy sai ở đâu, hãy báo cửa hàng: phần sửa vào kỳ sau.")),
    )
    return Letter(subject, body, f"{subject}: {c['url']}")


@kind("settlement.carried", _l("Quyết toán chuyển sang kỳ sau"), sample=CARRIED)
def carried(c: Context) -> Letter:
    """Nothing is paid now: she owes, or a second person found something to mend."""
    month = period_words(c["period"])
    why = c["note"] or _("Hàng trả lại và các khoản trừ nhiều hơn tiền hàng bán ra.")
    body = (
        said(_("Quyết toán %(month)s không chi tiền mà chuyển sang kỳ sau.", month=month.lower())),
        said(why),
        facts(_sums(c)),
        button(_("Xem từng dòng"), c["url"]),
    )
    return Letter(_("Quyết toán %(month)s chuyển sang kỳ sau", month=month.lower()), body)


def _sums(c: Context) -> list[tuple[str, str]]:
    rows = [
        (_("Tiền bán"), c["sales_vnd"]), (_("Hàng trả lại"), -c["returns_vnd"]), (_("Hoa hồng"), -c["commission_vnd"]),
        (_("Khoản khác"), c["others_vnd"]), (_("Còn lại"), c["total_vnd"]),
    ]  # fmt: skip
    return [(term, dong(vnd)) for term, vnd in rows if vnd or term == _("Còn lại")]
