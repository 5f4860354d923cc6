"""What happened to accounts. No event carries a secret: whoever mails a link makes it then."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccountRegistered:
    """Somebody opened an account, alone or by invitation."""

    user_id: int


@dataclass(frozen=True)
class PasswordChanged:
    """A password was set; all other sessions have ended."""

    user_id: int


@dataclass(frozen=True)
class ResetRequested:
    """Somebody asked for a reset of the account behind a contact, which may not exist."""

    contact: str


@dataclass(frozen=True)
class Invited:
    """An invitation was issued; ``contact`` is a phone number or an e-mail."""

    link_id: int
    contact: str


@dataclass(frozen=True)
class GrantGiven:
    """A role was given."""

    user_id: int
    role: str
    scope_type: str
    scope_id: str


@dataclass(frozen=True)
class GrantRevoked:
    """A role was taken back; it counts no longer from the next request on."""

    user_id: int
    role: str
    scope_type: str
    scope_id: str
