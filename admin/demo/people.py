"""The demonstration accounts of the contract, all with one password; only ever on this machine."""

from dataclasses import dataclass

from catalog.producers.models import Producer
from core.accounts.actor import SYSTEM, Actor, Grant, Scope
from core.accounts.contacts import Contact
from core.accounts.grants import grant_role
from core.accounts.passwords import hash_password
from core.accounts.service import create_account

#: Known to everybody, hence refused unless only this machine can reach the shop.
PASSWORD = "sao-ocop-2026"  # noqa: S105 meant to be known
MART = "kien-thuy"
#: Xã Kiến Hưng of today, whose code was xã Đại Hà's until 2024.
COMMUNE = "11728"
#: E-mail, name, role, kind of scope.
ACCOUNTS = (
    ("admin@demo.test", "Quản trị (minh hoạ)", "admin", None),
    ("certifier@demo.test", "Cán bộ nhập (minh hoạ)", "certifier", None),
    ("verifier@demo.test", "Cán bộ xác nhận (minh hoạ)", "certifier", None),
    ("manager@demo.test", "Quản lý cửa hàng (minh hoạ)", "store_manager", "store"),
    ("cashier@demo.test", "Thu ngân (minh hoạ)", "cashier", "store"),
    ("producer@demo.test", "Chủ thể (minh hoạ)", "producer", "producer"),
    ("organizer@demo.test", "Ban tổ chức (minh hoạ)", "fair_organizer", "fair"),
    ("auditor@demo.test", "Kiểm tra (minh hoạ)", "auditor", None),
    ("reporter@demo.test", "Cán bộ xã (minh hoạ)", "reporter", "area"),
    ("shopper@demo.test", "Người mua (minh hoạ)", "shopper", None),
)


@dataclass(frozen=True)
class People:
    """Account ids by the word before the @."""

    ids: dict[str, int]

    def acting(self, who: str, role: str, scope: Scope | None = None) -> Actor:
        """That person in a role, whether or not it was granted yet."""
        name = next(name for email, name, _role, _kind in ACCOUNTS if email.startswith(who + "@"))
        return Actor(self.ids[who], name, frozenset({Grant(role, scope)}))


def open_accounts() -> People:
    """Every account, with the roles that need no scope."""
    password_hash = hash_password(PASSWORD)
    ids: dict[str, int] = {}
    for email, name, role, kind in ACCOUNTS:
        user = create_account(name, Contact(email=email), password_hash)
        ids[email.split("@")[0]] = user.id
        if kind is None:
            grant_role(user.id, role, None, SYSTEM)
    return People(ids)


def give_scoped_roles(people: People, producer: Producer) -> None:
    """Roles in a store and for a producer, once these exist. The organizer gets hers by making the fairs."""
    grant_role(people.ids["manager"], "store_manager", Scope("store", MART), SYSTEM)
    grant_role(people.ids["cashier"], "cashier", Scope("store", MART), SYSTEM)
    grant_role(people.ids["reporter"], "reporter", Scope("area", COMMUNE), SYSTEM)
    grant_role(people.ids["producer"], "producer", Scope("producer", producer.code), SYSTEM)
