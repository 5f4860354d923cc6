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


class CodeWrong(Refusal):
    """The code is wrong, was used before, or its half minute is over."""

    code = "auth.code_wrong"
    status = 401
    text = _l("Mã chưa đúng, đã dùng hoặc đã qua. Hãy đợi mã mới trong ứng dụng rồi thử lại.")


class FactorFirst(Refusal):
    """The role works with a second factor only; the person has yet to set hers up."""

    code = "auth.second_factor_first"
    status = 403
    text = _l("Vai trò của bạn cần xác thực hai bước. Hãy thiết lập rồi làm tiếp.")


class FactorStands(Refusal):
    """There is a second factor; it must be taken off before another begins."""

    code = "auth.second_factor_stands"
    text = _l("Xác thực hai bước đã bật.")


class FactorMissing(Refusal):
    """There is no second factor, or no enrolment under way."""

    code = "auth.second_factor_missing"
    text = _l("Chưa có xác thực hai bước. Hãy bắt đầu lại.")
