"""Named refusals of accounts. None of them tells whether an account exists, save where nothing else is possible."""

from flask_babel import lazy_gettext as _l

from core.errors import Refusal


class BadCredentials(Refusal):
    """Unknown account, wrong password or closed account: one answer for all three."""

    code = "auth.bad_credentials"
    status = 401
    text = _l("Số điện thoại, email hoặc mật khẩu chưa đúng.")


class ContactTaken(Refusal):
    """The phone number or e-mail already belongs to an account."""

    code = "account.taken"
    text = _l("Số điện thoại hoặc email này đã có tài khoản. Hãy đăng nhập, hoặc đặt lại mật khẩu.")


class LinkSpent(Refusal):
    """The one-time link is unknown, used or past its time."""

    code = "link.spent"
    status = 410
    text = _l("Liên kết này đã dùng hoặc đã hết hạn. Hãy xin một liên kết mới.")


class GrantTooHigh(Refusal):
    """No role gives what stands above it, or outside its scope."""

    code = "grant.too_high"
    status = 403
    text = _l("Vai trò của bạn không cho phép trao hoặc thu hồi vai trò này.")


class UnknownRole(Refusal):
    """No part registers such a role."""

    code = "role.unknown"
    status = 422
    text = _l("Không có vai trò này.")


class ScopeMismatch(Refusal):
    """The role needs a scope of another kind, or there is no such object."""

    code = "role.scope"
    status = 422
    text = _l("Vai trò này cần một phạm vi có thật và đúng loại.")


class LastAdministrator(Refusal):
    """Somebody must remain who can give every role."""

    code = "grant.last"
    text = _l("Phải còn ít nhất một người giữ vai trò này.")
