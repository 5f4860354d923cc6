"""What is wrong with a plan and what it changes, in sentences for people."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.money import dong
from shop.fairs.plans.changes import BoothChange, HallChange
from shop.fairs.plans.plan import BoothPlan, Fault
from shop.fairs.plans.planning import Judgement
from shop.fairs.plans.promises import Promised

_FAULTS = {
    "no_hall": _l("Sơ đồ chưa có nhà nào."),
    "too_many": _l("Sơ đồ có quá nhiều gian."),
    "duplicate": _l("%(a)s được dùng hai lần."),
    "unknown_hall": _l("Gian %(a)s thuộc nhà %(b)s, nhưng sơ đồ không có nhà này."),
    "shape": _l("Đường viền của %(a)s tự cắt nhau hoặc không có diện tích."),
    "sides": _l("Gian %(a)s ghi mặt mở mà hình không có cạnh đó."),
    "outside": _l("%(a)s vượt ra ngoài nhà %(b)s."),
    "overlap": _l("Gian %(a)s và gian %(b)s đè lên nhau."),
    "blocked": _l("Gian %(a)s nằm trên %(b)s."),
    "narrow": _l("Lối đi giữa %(a)s và %(b)s hẹp hơn mức đã đặt."),
    "shut_in": _l("Gian %(a)s không có mặt nào ra lối đi."),
    "closed_side": _l("Gian %(a)s có mặt ghi là mở nhưng bị che."),
}
PARTS = {
    "code": _l("đổi số"), "hall": _l("sang nhà khác"), "place": _l("dời chỗ"), "shape": _l("đổi kích thước"),
    "kind": _l("đổi kiểu"), "use": _l("đổi công dụng"), "zone": _l("đổi khu"), "open_sides": _l("đổi mặt mở"),
    "services": _l("đổi dịch vụ"), "price_vnd": _l("đổi giá"), "name": _l("đổi tên"), "width": _l("đổi bề rộng"),
    "height": _l("đổi bề dài"), "aisle": _l("đổi bề rộng lối đi"),
}  # fmt: skip
FEATURES = {
    "door": _l("Cửa"), "exit": _l("Lối thoát hiểm"), "stage": _l("Sân khấu"), "corridor": _l("Lối đi"),
    "pillar": _l("Cột"), "service": _l("Khu phục vụ"),
}  # fmt: skip
USES = {
    "exhibitor": _l("Người trưng bày"), "sponsor": _l("Nhà tài trợ"), "service": _l("Phục vụ"),
    "blocked": _l("Để trống"),
}  # fmt: skip


def fault_text(fault: Fault) -> str:
    """One fault or warning as a sentence."""
    first, second = (*fault.codes, "", "")[:2]
    return str(_FAULTS[fault.kind]) % {"a": first, "b": _("tường") if second == "|" else second}


def parts_text(parts: Sequence[str]) -> str:
    """``dời chỗ, đổi giá``."""
    return ", ".join(str(PARTS[part]) for part in parts)


def change_text(change: BoothChange) -> str:
    """What becomes of one booth."""
    if change.before is None:
        return _("mới")
    if change.after is None:
        return _("bỏ khỏi sơ đồ")
    old, new = change.before, change.after
    said = [_detail(part, old, new) for part in change.parts]
    return ", ".join(said)


def _detail(part: str, old: BoothPlan, new: BoothPlan) -> str:
    """Where both values are short, both are said."""
    if part == "price_vnd":
        return _("giá %(old)s thành %(new)s", old=dong(old.price_vnd), new=dong(new.price_vnd))
    if part == "code":
        return _("số %(old)s thành %(new)s", old=old.code, new=new.code)
    if part == "use":
        return _("%(old)s thành %(new)s", old=USES[old.use], new=USES[new.use])
    return str(PARTS[part])


def hall_text(change: HallChange) -> str:
    """What becomes of one hall."""
    if change.kind == "added":
        return _("mới")
    if change.kind == "removed":
        return _("bỏ khỏi sơ đồ")
    said = [parts_text(change.parts)] if change.parts else []
    if change.features_added:
        said.append(_("thêm %(n)s cửa, cột, sân khấu…", n=change.features_added))
    if change.features_removed:
        said.append(_("bớt %(n)s cửa, cột, sân khấu…", n=change.features_removed))
    return ", ".join(said)


def promise_text(one: Promised) -> str:
    """To whom a booth is promised."""
    if one.reason == "delegated":
        return _("Đoàn: %(name)s", name=one.whom)
    return _("Ghim cho %(name)s", name=one.whom)


def whose(holders: Mapping[str, Sequence[str]], promised: Mapping[str, Sequence[Promised]]) -> dict[str, list[str]]:
    """By number: who holds a booth, then to whom it is promised."""
    codes = sorted({*holders, *promised})
    return {code: [*holders.get(code, ()), *map(promise_text, promised.get(code, ()))] for code in codes}


def judgement_view(judgement: Judgement) -> dict[str, Any]:
    """The same as plain values, for the API and the editor."""
    return {
        "sound": judgement.is_sound, "faults": [_fault_view(one) for one in judgement.faults],
        "warnings": [_fault_view(one) for one in judgement.warnings], "drops": judgement.drops,
        "unlets": judgement.unlets, "breaks": judgement.breaks,
        "promised": [asdict(one) for code in judgement.touched for one in judgement.promised[code]],
        "changes": [change_view(one, judgement.holders) for one in judgement.difference.booths],
    }  # fmt: skip


def change_view(change: BoothChange, holders: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """One change as plain values; ``to`` is the new number where it has another."""
    to = change.after.code if change.after and change.before and change.after.code != change.before.code else None
    held = holders.get(change.code, ()) if change.before else ()
    return {"kind": change.kind, "code": change.code, "to": to, "parts": list(change.parts), "holders": list(held)}


def _fault_view(fault: Fault) -> dict[str, Any]:
    return {"kind": fault.kind, "codes": list(fault.codes), "text": fault_text(fault)}
