"""Who acts: an account with its grants as they stand at this request, the system, or nobody."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Scope:
    """The place where a grant or an object belongs: an opaque (kind, code) such as ``("branch", "north")``."""

    kind: str
    code: str


@dataclass(frozen=True)
class Grant:
    """A role held in a scope; no scope means everywhere."""

    role: str
    scope: Scope | None = None


@dataclass(frozen=True)
class Behalf:
    """For whom somebody acts instead of for herself: what the other gave her, narrowed, and until which day.

    Opaque to core: a part says what it means (core/accounts/acting.py). It is read anew at each request.
    """

    #: Whose deed it is: what the audit trail keeps.
    code: str
    #: The other's name, as pages say it.
    label: str
    #: The paper on which it rests.
    via: str
    #: Its last day.
    until_on: date
    #: What she holds meanwhile, instead of her own grants.
    grants: frozenset[Grant]
    #: The only actions, out of those that the grants allow.
    actions: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """The doer of a deed. ``token_scopes`` None means no narrowing (a session, the system).

    Who acts for another holds only what the other gave: ``behalf`` says what, ``on_behalf_of`` whose deeds they are.
    """

    user_id: int | None
    label: str
    grants: frozenset[Grant] = field(default_factory=frozenset[Grant])
    via: str = "session"
    token_scopes: frozenset[str] | None = None
    on_behalf_of: str | None = None
    behalf: Behalf | None = None
    #: What she is called on her own pages. Records keep ``label``, which of a customer tells nothing.
    name: str = ""

    @property
    def behalf_of(self) -> str | None:
        """The code of whoever she acts for."""
        return self.on_behalf_of

    @property
    def is_known(self) -> bool:
        """Whether this is somebody, not a passer-by."""
        return self.user_id is not None or self.via == "system"

    @property
    def is_narrow_session(self) -> bool:
        """Whether she signed in for some work only, such as by PIN at a till: her own account stays shut."""
        return self.via == "session" and self.token_scopes is not None

    @property
    def roles(self) -> frozenset[str]:
        """The names of all roles held anywhere."""
        return frozenset(grant.role for grant in self.grants)

    def scopes_of(self, kind: str) -> frozenset[str]:
        """The codes of all scopes of that kind in which any role is held."""
        return frozenset(g.scope.code for g in self.grants if g.scope and g.scope.kind == kind)


#: How records that are never changed call whoever holds no role: a name in them could not be erased (Law 91/2025).
#: The account's number leads to her for as long as the account has a name.
CUSTOMER = "khách"
ANONYMOUS = Actor(user_id=None, label=CUSTOMER, via="anonymous")
SYSTEM = Actor(user_id=None, label="hệ thống", via="system")
