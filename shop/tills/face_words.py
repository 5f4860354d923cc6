"""Texts that the till's script says, by the name it knows them by; the page hands them over in the reader's language.

``%(n)s`` is filled in by the script (static/till/text.js: fill).
"""

from flask_babel import gettext as _


def words() -> dict[str, str]:
    """All texts."""
    return {
        **_plain(), **_frame(), **_banners(), **_goods(), **_questions(), **_paying(), **_after(), **_returns(),
        **_lock(), **_shift(), **_slip(), **_report(),
    }  # fmt: skip


def _plain() -> dict[str, str]:
    return {
        "ok": _("Xong"), "cancel": _("Thôi"), "close": _("Đóng"), "remove": _("Bỏ"), "print": _("In"),
        "print_again": _("In lại"), "find": _("Tìm"), "see": _("Xem"), "seen": _("Đã xem"), "more": _("Thêm"),
        "less": _("Bớt"), "rub": _("Xóa một chữ số"), "pad": _("Phím số"), "amount": _("Số tiền"),
        "failed": _("Chưa làm được. Hãy thử lại."), "amount_wrong": _("Hãy gõ số tiền, ví dụ 250.000 hoặc 250k."),
        "no_network": _("Không có mạng, hoặc máy chủ không trả lời. Hãy thử lại."),
        "needs_network": _("Việc này cần có mạng."), "try_again": _("Thử lại"), "locked": _("Đã khóa"),
    }  # fmt: skip


def _frame() -> dict[str, str]:
    return {
        "shift_n": _("Ca %(n)s"), "no_shift_short": _("chưa mở ca"), "net_online": _("Có mạng"),
        "net_offline": _("Mất mạng"), "net_sending": _("Đang gửi %(n)s"), "n_lines": _("%(n)s dòng"),
        "subtotal": _("Tạm tính"), "discount": _("Giảm giá"), "rounding_cash": _("Làm tròn tiền mặt"),
        "phone": _("Điện thoại"), "total": _("Tổng cộng"),
        "stars": _("%(n)s sao OCOP"), "left": _("còn %(n)s"),
        "key_quantity": _("Số lượng"), "key_discount": _("Giảm dòng"), "key_whole": _("Giảm cả đơn"),
        "key_drop": _("Xóa dòng"), "entry_none": _("Chưa chọn dòng nào"),
        "not_installed": _("Trình duyệt này không cài được trang để chạy khi mất mạng."),
        "scan_not_now": _("Đang có câu hỏi mở: hãy trả lời hoặc đóng lại rồi quét."),
        "popup_blocked": _("Trình duyệt chặn cửa sổ của bàn giao hàng: hãy cho phép, rồi quét lại."),
        "camera": _("Quét bằng camera"), "camera_starting": _("Đang mở camera…"),
        "camera_seeking": _("Đưa mã vào giữa khung hình."),
        "camera_denied": _("Không mở được camera. Hãy cho phép trang dùng camera, hoặc gõ mã."),
    }  # fmt: skip


def _banners() -> dict[str, str]:
    return {
        "banner_offline": _("Mất mạng: %(n)s hóa đơn chờ gửi. Vẫn bán được tiền mặt và thẻ."),
        "banner_old": _("Danh sách hàng đã %(n)s giờ chưa cập nhật. Hãy nối mạng sớm."),
        "banner_stopped": _("Danh sách hàng đã %(n)s giờ chưa cập nhật: ngừng bán đến khi có mạng, vì không còn "
                            "chắc sản phẩm nào còn hiệu lực OCOP."),
        "banner_clock": _("Đồng hồ máy này lệch %(n)s phút so với máy chủ. Hãy chỉnh lại giờ của máy."),
        "banner_decisions": _("%(n)s hóa đơn cần quyết định: máy chủ chưa nhận như đã bán."),
        "banner_store": _("Trình duyệt này là quầy của %(name)s."),
    }  # fmt: skip


def _goods() -> dict[str, str]:
    return {
        "no_shift": _("Chưa mở ca. Mở ca rồi bán."),
        "list_stopped": _("Danh sách hàng quá cũ: nối mạng để bán tiếp."),
        "list_missing": _("Máy này chưa có danh sách hàng. Cần mạng một lần để tải."),
        "list_coming": _("Đang tải danh sách hàng…"),
        "not_found": _("Không có mặt hàng nào như vậy: %(code)s"),
        "code_unknown": _("Mã lạ: %(code)s"),
        "none_found": _("Không thấy. Thử vài chữ khác, không cần dấu."),
        "no_favourites": _("Chưa chọn phím ảnh. Quản lý chọn ở bàn làm việc, mục Quầy thu ngân."),
        "why_lapsed": _("%(name)s: công nhận OCOP hết hiệu lực sau ngày %(day)s, không bán được."),
        "why_expired": _("%(name)s: lô này đã quá hạn sử dụng, không bán được."),
        "line_lapsed": _("Hết hiệu lực OCOP từ sau %(day)s: bỏ dòng này"),
        "line_expired": _("Quá hạn sử dụng: bỏ dòng này"),
        "line_soon": _("OCOP đến %(day)s"),
        "short_lapsed": _("Hết hiệu lực OCOP"),
        "short_expired": _("Quá hạn"),
        "line_discount": _("Giảm %(amount)s"),
        "sold_out": _("hết hàng"),
        "line_short": _("Sổ kho chỉ còn %(n)s"),
        "more_than_known": _("Theo sổ kho chỉ còn %(n)s. Hãy xem lại hàng trên kệ."),
        "basket_blocked": _("Có dòng không bán được nữa. Bỏ dòng đỏ rồi thu tiền."),
    }


def _questions() -> dict[str, str]:
    return {
        "adult_title": _("Khách đủ 18 tuổi?"),
        "adult_text": _("Rượu, bia chỉ bán cho người từ 18 tuổi. Nếu chưa chắc, hãy xem giấy tờ."),
        "adult_yes": _("Đủ 18 tuổi"), "adult_no": _("Không bán"),
        "weight_title": _("Cân %(name)s"),
        "weight_hint": _("Gõ số gam, hoặc số ki-lô-gam có dấu phẩy. Giá %(price)s/kg."),
        "weight_wrong": _("Hãy gõ khối lượng, ví dụ 750 hoặc 0,75."),
        "quantity_title": _("Số lượng: %(name)s"), "quantity_wrong": _("Hãy gõ số từ 0 đến 99."),
        "discount_line": _("Giảm giá: %(name)s"), "discount_whole": _("Giảm giá cả đơn"),
        "discount_hint": _("Gõ số tiền hoặc phần trăm. Nhiều nhất %(most)s."),
        "discount_wrong": _("Hãy gõ số tiền không quá mức, hoặc phần trăm từ 0 đến 100."),
        "discount_beyond": _("Giảm quá mức cửa hàng cho phép (%(percent)s phần trăm một đơn)."),
        "clear_title": _("Bỏ cả giỏ?"), "clear_text": _("Mọi dòng trong giỏ sẽ mất."), "clear_yes": _("Bỏ giỏ"),
        "hold_title": _("Treo hóa đơn"), "hold_hint": _("Ghi vài chữ để nhận ra khách, hoặc để trống."),
        "held_title": _("Hóa đơn treo"), "held_none": _("Không có hóa đơn nào đang treo."),
        "held_done": _("Đã treo hóa đơn."), "held_gone": _("Vài mặt hàng không còn bán nên đã bỏ khỏi giỏ."),
        "phone_title": _("Điện thoại của khách"),
        "phone_hint": _("Để gửi hóa đơn qua tin nhắn. Để trống là không gửi."),
        "phone_wrong": _("Số điện thoại chưa đúng."), "phone_kept": _("Hóa đơn sẽ gửi đến số này."),
        "approval_title": _("Cần quản lý duyệt"), "approve": _("Duyệt"), "manager": _("Quản lý"),
        "approval_discount": _("Giảm giá %(amount)s, quá hạn mức của thu ngân."),
        "approval_return": _("Trả lại khách %(amount)s, quá hạn mức của thu ngân."),
        "approval_cash": _("Chi %(amount)s từ ngăn kéo, quá hạn mức của thu ngân."),
        "approval_needs_network": _("Việc này cần quản lý duyệt, và duyệt cần có mạng."),
        "approval_nobody": _("Cửa hàng chưa có quản lý nào đặt mã PIN."), "pin": _("Mã PIN 6 số"),
    }  # fmt: skip


def _paying() -> dict[str, str]:
    return {
        "to_pay": _("Phải thu"), "way_cash": _("Tiền mặt"), "way_vietqr": _("VietQR"), "way_card": _("Thẻ"),
        "cash_given": _("Khách đưa"), "change": _("Tiền thừa"), "change_is": _("Tiền thừa"),
        "still_missing": _("Còn thiếu"), "exact": _("Vừa đủ"), "finish": _("Hoàn tất"),
        "take_part": _("Nhận phần này"), "amount_beyond": _("Số tiền phải từ 1 ₫ đến số còn thiếu."),
        "card_hint": _("Quẹt thẻ trên máy của ngân hàng, rồi ghi số của hóa đơn thẻ."),
        "card_slip": _("Số hóa đơn thẻ"),
        "card_slip_missing": _("Hãy ghi số hóa đơn thẻ."), "card_done": _("Thẻ đã thanh toán"),
        "qr_hint": _("Khách quét mã bằng ứng dụng ngân hàng."), "qr_show": _("Hiện mã QR"),
        "qr_alt": _("Mã VietQR để trả %(amount)s"),
        "qr_payee": _("Người nhận"), "qr_account": _("Tài khoản"),
        "qr_memo": _("Nội dung"),
        "qr_see": _("Xem điện thoại của cửa hàng báo có đúng số tiền và nội dung này. "
                    "Mã hiện ra chưa phải là đã trả."),
        "qr_seen": _("%(name)s: đã thấy tiền về"), "qr_not_seen": _("Chưa thấy, quay lại"),
        "signed_out": _("Phiên của thu ngân đã hết. Nhập lại mã PIN, giỏ vẫn còn."),
    }  # fmt: skip


def _after() -> dict[str, str]:
    return {
        "sold": _("Đã bán"), "sold_offline": _("Đã ghi ở máy này, sẽ gửi khi có mạng."),
        "sold_decision": _("Máy chủ đã ghi, nhưng cần quản lý quyết định."),
        "sold_message": _("Hóa đơn được gửi đến %(phone)s."), "next_customer": _("Khách tiếp theo"),
        "sales_title": _("Hóa đơn gần đây ở máy này"), "sales_none": _("Chưa có hóa đơn nào."),
        "sales_waiting": _("%(n)s hóa đơn chờ gửi. Đừng xóa dữ liệu trình duyệt."), "send_now": _("Gửi ngay"),
        "state_sent": _("đã gửi"), "state_waiting": _("chờ gửi"), "state_decision": _("cần quyết định"),
        "is_sale": _("bán"), "is_return": _("trả hàng"), "return_this": _("Trả hàng của hóa đơn này"),
        "trouble_lapsed": _("%(code)s: sản phẩm đã hết hiệu lực OCOP khi máy chủ nhận."),
        "trouble_stock": _("%(code)s: sổ kho có ít hơn số đã bán."),
        "trouble_unfit": _("%(code)s: lô đã quét bị chặn, thu hồi hoặc quá hạn."),
        "trouble_price": _("%(code)s: giá bán khác danh sách lúc đó."),
        "trouble_shift": _("%(code)s: ca đã đóng khi hóa đơn đến."),
        "trouble_limit": _("%(code)s: giảm giá quá hạn mức, chưa ai duyệt."),
        "trouble_adult": _("%(code)s: có rượu, bia mà chưa xác nhận tuổi."),
        "trouble_other": _("%(code)s: máy chủ chưa nhận được như đã bán."),
    }  # fmt: skip


def _returns() -> dict[str, str]:
    return {
        "return_title": _("Trả hàng"), "return_hint": _("Quét mã QR trên hóa đơn, hoặc gõ số."),
        "return_number": _("Số hóa đơn"), "return_number_wrong": _("Số hóa đơn có dạng BL- và 8 chữ, số."),
        "return_of_return": _("Đây là phiếu trả hàng. Hãy quét hóa đơn bán."), "return_of": _("Trả hàng của %(code)s"),
        "return_left": _("trả được %(n)s"), "return_to": _("Hàng trả về đâu"), "return_to_shelf": _("Lên kệ"),
        "return_to_damage": _("Bỏ, hỏng"), "taken_back": _("Đã nhận hàng trả"),
        "given_back": _("Trả lại khách"), "given_back_by": _("Trả tiền bằng"),
        "give_back": _("Nhận hàng, trả tiền"),
    }  # fmt: skip


def _lock() -> dict[str, str]:
    return {
        "pin_of": _("Mã PIN của %(name)s"),
        "lock_nobody": _("Chưa ai đặt mã PIN. Mỗi người đặt ở trang tài khoản của mình."),
        "lock_offline": _("Mất mạng: chưa đăng nhập được. Chỉ người đang đứng quầy bán tiếp được."),
        "lock_waiting": _("%(n)s hóa đơn chờ gửi, sẽ gửi khi có người đăng nhập."),
        "lock_away": _("Mất mạng"), "lock_away_text": _("Máy này chưa nhớ gì về quầy. Cần mạng một lần để bắt đầu."),
        "lock_unknown": _("Máy này chưa là quầy thu ngân"),
        "lock_unknown_text": _("Quản lý đăng nhập trên máy này và đăng ký nó thành quầy của cửa hàng, một lần."),
        "lock_register": _("Đăng ký quầy"), "lock_title": _("Khóa quầy?"), "lock_yes": _("Khóa"),
        "lock_offline_ask": _("Đang mất mạng: khóa bây giờ thì không ai mở được cho đến khi có mạng."),
    }  # fmt: skip


def _shift() -> dict[str, str]:
    return {
        "shift_none": _("Chưa mở ca"), "shift_none_text": _("Đếm tiền lẻ trong ngăn kéo, rồi mở ca."),
        "shift_since": _("%(who)s mở ca với %(float)s."), "open_shift": _("Mở ca"), "close_shift": _("Đóng ca"),
        "pay_in": _("Nộp tiền vào"), "pay_out": _("Chi tiền ra"), "x_report": _("Báo cáo X"),
        "pay_in_hint": _("Tiền bỏ thêm vào ngăn kéo, ví dụ đổi tiền lẻ."),
        "pay_out_hint": _("Tiền lấy khỏi ngăn kéo, ví dụ nộp ngân hàng."), "reason": _("Lý do"),
        "pay_in_reason": _("Ví dụ: đổi tiền lẻ."), "pay_out_reason": _("Ví dụ: nộp ngân hàng, mua túi."),
        "reason_missing": _("Hãy ghi lý do."), "cash_booked": _("Đã ghi %(amount)s."),
        "float_title": _("Tiền đầu ca"), "float_hint": _("Tiền mặt đang có trong ngăn kéo."),
        "shift_opened": _("Đã mở ca %(n)s."), "auto_print": _("In hóa đơn ngay khi bán xong"),
        "count_title": _("Đếm ngăn kéo"), "count_hint": _("Đếm số tờ từng loại. Số phải có được báo sau khi đếm xong."),
        "count_of": _("Số tờ %(note)s"), "counted": _("Đếm được"), "close_note": _("Ghi chú (nếu lệch)"),
        "count_none": _("Ngăn kéo không có đồng nào?"),
        "count_none_text": _("Chưa ghi tờ nào. Đóng ca rồi thì số đếm không sửa được."),
        "count_none_yes": _("Ngăn kéo trống, đóng ca"),
        "close_now": _("Đóng ca, in báo cáo Z"),
        "close_waiting": _("%(n)s hóa đơn chưa gửi được. Đóng ca bây giờ thì chúng đến sau báo cáo Z "
                           "và cần quyết định."),
        "close_anyway": _("Vẫn đóng ca"),
    }  # fmt: skip


def _slip() -> dict[str, str]:
    return {
        "slip_sale": _("PHIẾU BÁN HÀNG"), "slip_return": _("PHIẾU TRẢ HÀNG"), "slip_copy": _("(bản in lại)"),
        "slip_number": _("Số"), "slip_later": _("cấp khi có mạng"), "slip_of": _("Của hóa đơn"),
        "slip_time": _("Lúc"), "slip_cashier": _("Thu ngân"), "slip_phone": _("ĐT: %(phone)s"),
        "slip_tax": _("MST: %(code)s"),
        "slip_thanks": _("Cảm ơn quý khách. Quét mã để xem phiếu này và chứng nhận OCOP. "
                         "Đổi trả: mang theo phiếu này."),
        "slip_thanks_offline": _("Cảm ơn quý khách. Phiếu lập khi mất mạng. Đổi trả: mang theo phiếu này."),
        "slip_return_thanks": _("Cảm ơn quý khách."),
    }  # fmt: skip


def _report() -> dict[str, str]:
    return {
        "report_x": _("BÁO CÁO X · CA %(n)s"), "report_z": _("BÁO CÁO Z · CA %(n)s"), "till": _("Quầy"),
        "shift": _("Ca"), "opened": _("Mở ca"), "closed": _("Đóng ca"), "printed": _("In lúc"), "sales": _("Bán hàng"),
        "returns": _("Trả hàng"), "discounts_within": _("Trong đó giảm giá"), "by_way": _("Theo cách trả tiền"),
        "vat_within": _("Thuế trong giá"), "vat_KCT": _("Không chịu thuế"),
        "vat_KKKNT": _("Không kê khai, tính nộp thuế"), "vat_KTT": _("Không tính thuế"),
        "drawer": _("Ngăn kéo"), "float": _("Tiền đầu ca"),
        "cash_net": _("Tiền mặt bán trừ trả"), "exceptions_cash": _("Hóa đơn chờ quyết định"),
        "expected": _("Phải có"), "difference": _("Chênh lệch"), "pay_entries": _("Nộp, chi"),
        "unreconciled": _("VietQR ngân hàng chưa báo"), "exceptions": _("Cần quyết định"),
        "report_blind": _("Tiền mặt phải có được báo sau khi đếm, lúc đóng ca. Quản lý xem được bất cứ lúc nào."),
        "signed": _("Thu ngân ký · Quản lý ký"),
    }  # fmt: skip
