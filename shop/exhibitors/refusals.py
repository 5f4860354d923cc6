"""How the feature says no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class LinkUnknown(NotFound):
    """No link of ours, or one that a later one replaced."""

    code = "exhibitor.link_unknown"
    text = _l("Liên kết này không đúng hoặc đã được thay bằng liên kết mới.")


class InvitationNotFound(NotFound):
    """No such invitation here."""

    code = "invitation.not_found"
    text = _l("Không có lời mời này.")


class InvitationOver(Refusal):
    """Taken back, out of date, or used as often as it may be. Facts: reason (revoked, ended, used), until_on."""

    code = "invitation.over"
    text = _l("Lời mời này không còn dùng được: đã rút, đã hết hạn hoặc đã đủ số hồ sơ.")


class InvitationForAnother(Refusal):
    """The invitation names another producer."""

    code = "invitation.for_another"
    text = _l("Lời mời này dành cho chủ thể khác.")


class PartnerRefused(Refusal):
    """The household cannot share this booth. Facts: reason (self, applies, shares, asked)."""

    code = "partner.refused"
    text = _l("Không ghép được: hộ này chính là bạn, có hồ sơ riêng hoặc đã ghép với hồ sơ khác ở hội chợ này.")


class PartnerNotAsked(Refusal):
    """There is no open question to answer. Facts: state."""

    code = "partner.not_asked"
    text = _l("Lời mời ghép gian này đã được trả lời hoặc không còn.")


class PartnerUnreachable(Refusal):
    """Nobody of the household left an address, so nobody can be asked."""

    code = "partner.unreachable"
    text = _l("Hộ này chưa có tài khoản, e-mail hay điện thoại nào để hỏi.")


class DelegationNotFound(NotFound):
    """No such delegation."""

    code = "delegation.not_found"
    text = _l("Không có đoàn này.")


class DelegationExists(Refusal):
    """Another delegation to this fair has that name."""

    code = "delegation.exists"
    text = _l("Hội chợ này đã có đoàn mang tên ấy.")


class BlockTaken(Refusal):
    """Booths that cannot join or leave the block. Facts: booths, each with code, reason (unknown, held, another)."""

    code = "delegation.block"
    text = _l("Có gian không giao cho đoàn này được; chưa lưu gì.")


class DelegationClosed(Refusal):
    """The delegation's time to send applications is over. Facts: due_on."""

    code = "delegation.closed"
    text = _l("Đã hết hạn nộp hồ sơ của đoàn.")


class OutsiderNotFound(NotFound):
    """No such papers."""

    code = "outsider.not_found"
    text = _l("Không có hồ sơ ngoài hệ thống này.")


class OutsiderNotReady(Refusal):
    """The papers' state does not allow it. Facts: state."""

    code = "outsider.state"
    text = _l("Hồ sơ ngoài hệ thống đang ở trạng thái không làm được việc này.")


class CriteriaScored(Refusal):
    """Criteria by which somebody scored already cannot be taken away. Facts: criteria."""

    code = "criteria.scored"
    text = _l("Đã có người chấm theo tiêu chí này, không bỏ được nữa.")


class DecisionsRefused(Refusal):
    """Some of the chosen applications cannot be decided so; nothing was. Facts: applications with their states."""

    code = "application.decisions"
    text = _l("Có hồ sơ đang ở trạng thái không quyết định được như vậy; chưa quyết định hồ sơ nào.")


class NobodyReached(Refusal):
    """The message has no reader."""

    code = "broadcast.nobody"
    text = _l("Không có ai nhận tin này; chưa gửi gì.")


class AudienceChanged(Refusal):
    """Others would get the message than were shown. Facts: shown, now."""

    code = "broadcast.changed"
    text = _l("Danh sách người nhận vừa thay đổi; hãy xem lại rồi gửi.")
