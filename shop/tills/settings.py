"""How a store wants its tills to be: rounding, limits, picture keys. Changed by its manager."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from catalog.listings.models import Sku
from core.accounts.actor import Actor, Scope
from core.accounts.permissions import authorize
from core.audit import record
from core.db import check_version, db, transaction
from core.errors import EditConflict, Invalid
from shop.stores.models import Store
from shop.tills.people_models import TillSetting

#: Picture keys that a screen can hold.
MOST_FAVOURITES = 48


def set_settings(store: Store, version: int, by: Actor, favourites: Sequence[str], **values: Any) -> TillSetting:
    """Write them. Raises EditConflict when somebody changed them since, Invalid for limits out of order or codes that
    are no pack's.
    """
    authorize(by, "till.manage", Scope("store", store.code))
    if values["cashier_discount_bp"] > values["manager_discount_bp"]:
        raise Invalid({"manager_percent": [_l("Không được thấp hơn mức của thu ngân.")]})
    with transaction() as session:
        _check_favourites(favourites)
        row = session.get(TillSetting, store.id, with_for_update=True)
        if row is None:
            if version:
                raise EditConflict(yours=version, current=0)
            row = TillSetting(store_id=store.id)
            session.add(row)
        else:
            check_version(row, version)
        for name, value in values.items():
            setattr(row, name, value)
        row.favourites = {"skus": list(favourites)}
        session.flush()
        record("till.settings", f"store:{store.code}", by, **values, favourites=len(favourites))
        return row


def _check_favourites(codes: Sequence[str]) -> None:
    if len(codes) > MOST_FAVOURITES:
        raise Invalid({"favourites": [_l("Nhiều nhất %(n)s phím.", n=MOST_FAVOURITES)]})
    known = set(db.session.scalars(select(Sku.code).where(Sku.code.in_(list(codes)))))
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise Invalid({"favourites": [_l("Không có mã hàng %(codes)s.", codes=", ".join(unknown[:5]))]})
