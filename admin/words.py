"""What codes are called on the desks. Vietnamese is the source."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext

LEVELS = {
    "district": _l("Cấp huyện (đến 2025)"),
    "province": _l("Cấp tỉnh, thành phố"),
    "central": _l("Cấp trung ương"),
}

#: Article 8 of Decision 26/2026/QĐ-TTg, a to e.
GROUNDS = {
    "forged": _l("Hồ sơ giả mạo, khai sai sự thật"),
    "criteria": _l("Không còn đạt tiêu chí của hạng sao"),
    "breach": _l("Vi phạm pháp luật về chất lượng, an toàn, môi trường, sở hữu trí tuệ hoặc nhãn"),
    "misuse": _l("Dùng sai biểu trưng, giấy chứng nhận"),
    "stopped": _l("Ngừng sản xuất hoặc chủ thể xin thôi"),
    "other": _l("Trường hợp khác theo quy định"),
}

CERTIFICATE_FIELDS = {
    "stars": _l("Số sao"),
    "score_hundredths": _l("Điểm"),
    "decision_number": _l("Quyết định"),
    "decided_on": _l("Ngày quyết định"),
    "issuer_level": _l("Cấp"),
    "issuer": _l("Cơ quan"),
    "valid_from": _l("Có giá trị từ"),
    "valid_until": _l("Ngày cuối theo quyết định"),
}

CERTIFICATE_FILTERS = {
    "waiting": _l("Chờ xác nhận"),
    "open": _l("Đang hiệu lực"),
    "ending": _l("Hết hạn trong 90 ngày"),
    "lapsed": _l("Đã hết hạn"),
    "suspended": _l("Đang tạm dừng"),
    "revoked": _l("Bị thu hồi"),
}

DECISION_KINDS = {
    "recognition": _l("Công nhận"),
    "revocation": pgettext("việc", "Thu hồi"),
    "suspension": _l("Tạm dừng"),
}

DECISION_STATES = {
    "entered": _l("Chờ xác nhận"),
    "confirmed": _l("Đã áp dụng"),
    "discarded": _l("Đã bỏ"),
}

#: What a line does, in the order in which people want to know it.
DECISION_ACTS = {
    "revoke": _l("thu hồi, ngừng bán"),
    "record": _l("chỉ ghi nhận: đã hết hiệu lực từ trước"),
    "suspend": _l("tạm dừng"),
    "downgrade": _l("xuống hạng sao"),
    "upgrade": _l("lên hạng sao"),
    "again": _l("được công nhận lại sau thu hồi"),
    "renewal": _l("công nhận tiếp, cùng hạng sao"),
    "first": _l("công nhận lần đầu"),
    "new": _l("sản phẩm mới"),
}

PLACES = {"shelf": _l("Trên kệ"), "back": _l("Trong kho"), "transit": _l("Đang chuyển")}

LOT_STATES = {"ok": _l("Bán được"), "blocked": _l("Đang khóa"), "recalled": _l("Đã thu hồi")}

#: What can be done with what lies there: the state of its lot, unless its place or its day says more.
STANDINGS = {**LOT_STATES, "transit": _l("Đang chuyển"), "expired": _l("Quá hạn sử dụng")}

LOT_GROUNDS = {
    "certificate": _l("hết hiệu lực công nhận"),
    "expired": _l("hết hạn sử dụng"),
    "quality": _l("chất lượng"),
    "recall": _l("thu hồi lô"),
}

MOVES = {
    "receipt": _l("Nhập hàng"),
    "sale": _l("Bán"),
    "return": _l("Khách trả"),
    "transfer_out": _l("Chuyển đi"),
    "transfer_in": _l("Chuyển đến"),
    "count": _l("Kiểm kê"),
    "damage": _l("Hư hỏng"),
    "tasting": _l("Dùng thử"),
    "expiry": _l("Hủy vì hết hạn"),
    "recall": _l("Thu hồi"),
    "producer_return": _l("Trả chủ thể"),
}

RECEIPT_WARNINGS = {
    "certificate.ends_soon": _l("công nhận OCOP của sản phẩm sắp hết hạn"),
    "shelf_life.short": _l("hạn sử dụng còn ngắn"),
}

#: What ``explain`` says, in words.
RULES = {
    "open": _l("Chứng nhận còn hiệu lực, đang niêm yết và có quy cách bán."),
    "certificate.valid": _l("Ngày ấy có chứng nhận còn hiệu lực (chỉ xét chứng nhận; bài niêm yết không lưu lịch sử)."),
    "product.stopped": _l("Có lệnh dừng bán sản phẩm này."),
    "certificate.lapsed": _l("Công nhận đã hết hiệu lực."),
    "certificate.revoked": _l("Công nhận đã bị thu hồi."),
    "certificate.suspended": _l("Công nhận đang bị tạm dừng."),
    "certificate.not_yet_valid": _l("Công nhận chưa bắt đầu có hiệu lực."),
    "certificate.missing": _l("Chưa có công nhận nào được hai người xác nhận."),
    "listing.missing": _l("Công nhận còn hiệu lực, nhưng sản phẩm chưa được niêm yết."),
    "listing.draft": _l("Công nhận còn hiệu lực, nhưng bài niêm yết còn là bản nháp."),
    "listing.submitted": _l("Công nhận còn hiệu lực, bài niêm yết đang chờ duyệt."),
    "listing.withdrawn": _l("Công nhận còn hiệu lực, nhưng bài niêm yết đã được rút; cần một người mở bán lại."),
    "listing.no_pack": _l("Công nhận còn hiệu lực, nhưng chưa có quy cách nào để bán."),
}

#: What was recorded in a version of a certificate.
VERSION_ACTS = {
    "verified": _l("Xác nhận"),
    "superseded": _l("Nhường cho chứng nhận sau"),
    "suspended": _l("Tạm dừng"),
    "lifted": _l("Bỏ tạm dừng"),
    "extended": _l("Kéo dài"),
    "revoked": pgettext("việc", "Thu hồi"),
    "corrected": _l("Đính chính"),
}

CANDIDATE_STATES = {
    "proposed": _l("Chờ xử lý"),
    "accepted": _l("Thành sản phẩm"),
    "merged": _l("Gộp vào sản phẩm đã có"),
    "declined": _l("Từ chối"),
}

CANDIDATE_FIELDS = {
    "name": _l("Tên sản phẩm"),
    "set": _l("Bộ sản phẩm"),
    "producer": _l("Mã chủ thể"),
    "producer_name": _l("Tên chủ thể"),
    "producer_kind": _l("Loại chủ thể"),
    "producer_tax_code": _l("Mã số thuế"),
    "producer_address": _l("Địa chỉ"),
    "producer_phone": _l("Điện thoại"),
    "story": _l("Giới thiệu"),
    "score_a": _l("Điểm phần A"),
    "score_b": _l("Điểm phần B"),
    "score_c": _l("Điểm phần C"),
    "contact": _l("Người liên hệ"),
}

#: The subjects of Decision 26/2026/QĐ-TTg, Article 2.3.
PRODUCER_KINDS = {
    "cooperative": _l("Hợp tác xã"),
    "cooperative_group": _l("Tổ hợp tác"),
    "enterprise": _l("Doanh nghiệp nhỏ và vừa"),
    "farm": _l("Trang trại"),
    "producing_household": _l("Hộ sản xuất"),
    "business_household": _l("Hộ kinh doanh"),
    "association": _l("Hội, hiệp hội, trung tâm điều hành"),
}

#: Why something known resembles a candidate.
SIMILAR = {
    "same_product": _l("cùng tên, cùng chủ thể"),
    "same_name": _l("cùng tên"),
    "near_name": _l("tên gần giống, cùng chủ thể"),
    "same_tax_code": _l("cùng mã số thuế"),
    "same_producer": _l("cùng tên chủ thể"),
}

REGISTRY_STATES = {
    "waiting": _l("Chờ người thứ hai"),
    "confirmed": _l("Đã xác nhận"),
    "rejected": _l("Đã bỏ"),
    "done": _l("Đã ghi"),
}

REGISTRY_TABLES = {
    "registry": _l("Tệp"),
    "producers": _l("Chủ thể"),
    "products": _l("Sản phẩm"),
    "certificates": _l("Chứng nhận"),
    "suspensions": _l("Tạm dừng"),
}

STOP_KINDS = {
    "takedown": _l("Lệnh gỡ, đình chỉ lưu thông"),
    "subject": _l("Đình chỉ cả chủ thể"),
    "paper": _l("Giấy tờ làm điều kiện đã hết hạn"),
}
PAPER_KINDS = {
    "self_declared": _l("Bản tự công bố sản phẩm"),
    "registered": _l("Đăng ký bản công bố sản phẩm"),
    "safety": _l("Giấy đủ điều kiện an toàn thực phẩm"),
}
PAPER_STATES = {
    "over": _l("Đã hết hạn"),
    "ending": _l("Sắp hết hạn"),
    "waiting": _l("Chờ xác nhận"),
    "valid": _l("Còn hạn"),
    "renewed": _l("Đã có giấy sau"),
    "withdrawn": _l("Đã rút"),
}
#: Kind and icon of the badge of each state.
PAPER_BADGES = {
    "over": ("bad", "alert"),
    "ending": ("warn", "clock"),
    "waiting": ("info", "clock"),
    "valid": ("good", "check"),
    "renewed": ("", "next"),
    "withdrawn": ("", "close"),
}
