"""The form of a fair: flat fields as people fill them in, and what they say as `editing` and `service` take it."""

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from flask_babel import gettext as _
from marshmallow import fields, validate
from werkzeug.datastructures import MultiDict

from catalog.products.sets import GROUPS
from core.web.fields import Choice, Day, DongField, EmailAddress, Phone, Schema, Whole, Words
from core.web.forms import Form
from shop.fairs.life.facts import FACTS
from shop.fairs.life.schemas import AREA, HOUR, MOST_HOURS, SLUG
from shop.fairs.models import Fair
from shop.fairs.rulebook import NUMBERS, Priority, Rules, rules_of

#: Empty rows that the form offers beside those there are.
SPARE_ROWS = 3
MOST_ROWS = 60
_BP = 100


class FairForm(Schema):
    """What the organizer fills in; rows of quotas and zones come as lists of the same length."""

    version = Whole(least=1)
    once = Words(most=80)
    name = Words(most=200, required=True)
    venue = Words(most=300, required=True)
    area = Words(most=5, pattern=AREA)
    seller = Words(most=40)
    registration_number = Words(most=80)
    registered_on = Day()
    opens_on = Day(required=True)
    closes_on = Day(required=True)
    hours_from = Words(most=5, pattern=HOUR)
    hours_until = Words(most=5, pattern=HOUR)
    about = Words(most=4000, lines=True)
    contact_phone = Phone()
    contact_email = EmailAddress(most=254)
    applications_from = Day(required=True)
    applications_until = Day(required=True)
    decide_by = Day()
    pay_by = Day()
    renew_by = Day()
    stars_min = Whole(least=3, most=5, required=True)
    groups = fields.List(Choice(*GROUPS), load_default=list)
    hold_hours = Whole(least=1, most=24 * 30, required=True)
    offer_hours = Whole(least=1, most=MOST_HOURS, required=True)
    pay_hours = Whole(least=1, most=MOST_HOURS, required=True)
    renewal_lead_days = Whole(least=1, most=90, required=True)
    cut_off_days = Whole(least=0, most=30, required=True)
    badges_per_booth = Whole(least=1, most=20, required=True)
    refund_all_days = Whole(least=0, most=365)
    refund_half_days = Whole(least=0, most=365)
    priority = fields.List(fields.String(), load_default=list)
    subsidy_percent = Whole(least=0, most=100)
    subsidy_most = DongField(least=1, most=1_000_000_000)
    subsidy_areas = fields.List(Words(most=5, pattern=AREA), load_default=list)
    subsidy_stars_min = Whole(least=3, most=5)
    quota_area = fields.List(fields.String(), load_default=list, validate=validate.Length(0, MOST_ROWS))
    quota_most = fields.List(fields.String(), load_default=list, validate=validate.Length(0, MOST_ROWS))
    zone_name = fields.List(fields.String(), load_default=list, validate=validate.Length(0, MOST_ROWS))
    #: "0:III": group III of the first row.
    zone_groups = fields.List(fields.String(), load_default=list, validate=validate.Length(0, MOST_ROWS * 6))


class NewFairForm(FairForm):
    """A fair that is to be made."""

    slug = Words(most=80, pattern=SLUG)


def read(schema: FairForm, typed: MultiDict[str, str]) -> tuple[Form, dict[str, Any]]:
    """The form as typed, and what it says: facts by column with None for what is empty, rules, seller and area."""
    form = Form(schema).read(typed)
    data = form.data
    said: dict[str, Any] = {name: data.get(name) for name in FACTS if name != "rules"}
    said |= {"seller": data.get("seller"), "area": data.get("area"), "rules": _rules(form)}
    return form, said


def values_of(fair: Fair, area: str | None, seller: str | None) -> dict[str, Any]:
    """What the form shows of a fair; ``area`` and ``seller`` by code."""
    facts = {name: getattr(fair, name) for name in FACTS if name != "rules"}
    return {**facts, "area": area, "seller": seller, "version": fair.version, **values_of_rules(rules_of(fair))}


def values_of_rules(rules: Rules) -> dict[str, Any]:
    """What the form shows of rules; those of a new fair are the house's."""
    subsidy = rules.subsidy
    shown: dict[str, Any] = {name: getattr(rules, name) for name in NUMBERS}
    shown |= {
        "groups": sorted(rules.groups), "priority": list(rules.priority), "quota_area": list(rules.quota),
        "quota_most": [str(most) for most in rules.quota.values()], "zone_name": list(rules.zones),
        "zone_groups": [f"{row}:{one}" for row, own in enumerate(rules.zones.values()) for one in sorted(own)],
    }  # fmt: skip
    if subsidy is not None:
        shown |= {
            "subsidy_percent": subsidy.share_bp // _BP, "subsidy_most": subsidy.most_vnd,
            "subsidy_areas": sorted(subsidy.areas), "subsidy_stars_min": subsidy.stars_min,
        }  # fmt: skip
    return shown


def rows_of(form: Form) -> dict[str, list[Any]]:
    """The rows that the form draws: quotas (area, number) and zones (name, ticked groups), with some to spare."""
    values = form.values
    quotas = list(zip_longest(_texts(values, "quota_area"), _texts(values, "quota_most"), fillvalue=""))
    ticked = set(_texts(values, "zone_groups"))
    names = _texts(values, "zone_name")
    zones = [(name, {one for one in GROUPS if f"{row}:{one}" in ticked}) for row, name in enumerate(names)]
    while quotas and not any(quotas[-1]):
        quotas.pop()
    while zones and not any(zones[-1]):
        zones.pop()
    spare_quotas, spare_zones = [("", "")] * SPARE_ROWS, [("", set[str]())] * SPARE_ROWS
    return {"quotas": [*quotas, *spare_quotas], "zones": [*zones, *spare_zones]}


def _rules(form: Form) -> dict[str, Any]:
    data = form.data
    rules: dict[str, Any] = {name: data[name] for name in NUMBERS if name in data}
    rules["groups"] = data.get("groups", [])
    if priority := _priority(data.get("priority", [])):
        rules["priority"] = priority
    if quota := _quota(form):
        rules["quota"] = quota
    if zones := _zones(form):
        rules["zones"] = zones
    if data.get("subsidy_percent"):
        rules["subsidy"] = {
            "share_bp": data["subsidy_percent"] * _BP, "most_vnd": data.get("subsidy_most"),
            "areas": sorted(set(data.get("subsidy_areas", []))), "stars_min": data.get("subsidy_stars_min", 3),
        }  # fmt: skip
    return rules


def _priority(said: Iterable[str]) -> list[str]:
    """Each once, in the order said; what is no rank is left out."""
    known = [one for one in said if one in set(Priority)]
    return list(dict.fromkeys(known))


def _quota(form: Form) -> dict[str, int]:
    quota: dict[str, int] = {}
    for area, most in zip_longest(_texts(form.data, "quota_area"), _texts(form.data, "quota_most"), fillvalue=""):
        if not area and not most:
            continue
        is_number = most.isascii() and most.isdecimal() and len(most) <= 4
        if not area or not is_number:
            form.errors["quota_area"] = [_("Mỗi dòng hạn mức cần địa bàn và số gian.")]
        elif area in quota:
            form.errors["quota_area"] = [_("Mỗi địa bàn chỉ một dòng.")]
        else:
            quota[area] = int(most)
    return quota


def _zones(form: Form) -> dict[str, list[str]]:
    zones: dict[str, list[str]] = {}
    ticked = set(_texts(form.data, "zone_groups"))
    names = dict(enumerate(_texts(form.data, "zone_name")))
    rows = {*names, *(int(row) for one in ticked if (row := one.partition(":")[0]).isdecimal() and len(row) < 4)}
    for row in sorted(rows):
        name, groups = names.get(row, ""), [one for one in GROUPS if f"{row}:{one}" in ticked]
        if not name and not groups:
            continue
        if not name or not groups or len(name) > 20 or name in zones:
            form.errors["zone_name"] = [_("Mỗi khu cần một tên riêng (nhiều nhất 20 ký tự) và ít nhất một nhóm.")]
        else:
            zones[name] = groups
    return zones


def _texts(values: Any, name: str) -> list[str]:
    said = values.get(name) or []
    return [str(one).strip() for one in ([said] if isinstance(said, str) else said)]
