"""What each screen asks, why, and what can be answered with one touch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from catalog.listings.label import NOTHING

Text = LazyString | str


@dataclass(frozen=True, slots=True)
class Question:
    """One screen in words."""

    #: The question, large.
    ask: Text
    #: Why it is asked, or how to answer it.
    help: Text = ""
    #: An answer as somebody else gave it.
    example: Text = ""
    #: Answers to touch: (value as it is kept, words on the button).
    quick: tuple[tuple[str, Text], ...] = ()
    #: Lines of the field.
    rows: int = 3
    most: int = 1000
    #: The words of the way past it; '' where it has to be answered sooner or later.
    skip: Text = ""


QUESTIONS: Final[Mapping[str, Question]] = {
    "known": Question(_l("Đây có đúng là sản phẩm của bạn?"), _l("Những dòng này lấy từ quyết định công nhận.")),
    "photos": Question(
        _l("Chụp ảnh sản phẩm"),
        _l("Ảnh rõ, đủ sáng bán được hàng hơn lời nói. Bắt đầu bằng một ảnh cả gói hàng."),
    ),
    "measure": Question(
        _l("Một gói hàng của bạn chứa bao nhiêu?"),
        _l("Ghi đúng như trên bao bì. Bán nhiều cỡ thì kể cỡ hay bán nhất trước, cỡ khác thêm sau."),
    ),
    "price": Question(
        _l("Giá bán bao nhiêu một gói?"), _l("Giá khách trả, đã gồm thuế. Gõ 125000 hay 125.000 đều được.")
    ),
    "gtin": Question(
        _l("Trên gói có mã vạch không?"),
        _l("Là dãy 8 đến 14 chữ số in dưới các vạch đen. Chụp mã hoặc gõ số."),
        skip=_l("Không có mã vạch"),
    ),
    "vat_class": Question(_l("Hàng của bạn thuộc loại nào?"), _l("Để ghi thuế trên hóa đơn cho đúng luật.")),
    "shelf": Question(
        _l("Dùng được bao lâu kể từ ngày làm ra?"),
        _l("Hạn sử dụng của từng lô sẽ tính từ ngày sản xuất của lô ấy."),
        skip=_l("Không ghi hạn sử dụng"),
    ),
    "storage": Question(
        _l("Giữ hàng thế nào cho khỏi hỏng?"),
        _l("Như ghi trên nhãn."),
        quick=(
            ("Để nơi khô ráo, thoáng mát, tránh ánh nắng.", _l("Nơi khô ráo, thoáng mát, tránh nắng")),
            ("Giữ lạnh 0 đến 4 °C.", _l("Ngăn mát tủ lạnh, 0 đến 4 °C")),
            ("Giữ đông, dưới -18 °C.", _l("Ngăn đá, dưới -18 °C")),
        ),
        rows=2,
        most=300,
    ),
    "abv": Question(_l("Bao nhiêu độ cồn?"), _l("Ghi phần trăm thể tích như trên nhãn. Luật bắt buộc có con số này.")),
    "packs": Question(
        _l("Còn bán cỡ gói nào khác không?"),
        _l("Hạn dùng, cách giữ và loại thuế của cỡ thêm sẽ lấy theo cỡ đầu, sửa lại được."),
    ),
    "summary": Question(
        _l("Giới thiệu trong một, hai câu"),
        _l("Câu này hiện dưới tên sản phẩm, khách đọc đầu tiên."),
        _l("Mật ong rừng ngập mặn, quay tay, thơm hoa sú vẹt, đặc và không gắt."),
        rows=3,
        most=300,
    ),
    "who": Question(
        _l("Ai làm ra, ở đâu?"),
        _l("Kể như nói với khách tới nhà. Câu chuyện có ba phần, đây là phần đầu."),
        _l("Tổ nuôi ong chúng tôi có 12 hộ ở xã ven biển, nuôi ong từ năm 1998."),
        rows=4,
        most=2000,
        skip=_l("Bỏ qua câu này"),
    ),
    "how": Question(
        _l("Làm thế nào mà thành?"),
        _l("Công đoạn nào mất công nhất? Điều gì làm bằng tay?"),
        _l("Mỗi năm quay mật hai vụ, lọc qua vải, không đun, không pha đường."),
        rows=4,
        most=2000,
        skip=_l("Bỏ qua câu này"),
    ),
    "why": Question(
        _l("Có gì khác nơi khác?"),
        _l("Mùi vị, giống, đất, nước, nghề của ông bà để lại…"),
        _l("Hoa sú, vẹt chỉ nở ba tuần nên mật có vị mặn nhẹ rất riêng."),
        rows=4,
        most=2000,
        skip=_l("Bỏ qua câu này"),
    ),
    "story": Question(
        _l("Câu chuyện của bạn"),
        _l("Ghép từ ba câu trả lời. Sửa thoải mái, hoặc để nguyên."),
        rows=9,
        most=10_000,
        skip=_l("Chưa cần câu chuyện"),
    ),
    "ingredients": Question(
        _l("Làm từ những gì?"),
        _l("Kể theo thứ tự nhiều trước, ít sau, như trên nhãn. Hàng thủ công thì ghi chất liệu."),
        _l("Cá cơm than 75%, muối biển 25%."),
    ),
    "usage": Question(
        _l("Dùng thế nào?"),
        _l("Cách ăn, uống, nấu hay sử dụng, như trên nhãn."),
        _l("Pha một thìa với nước ấm, uống buổi sáng."),
    ),
    "warnings": Question(
        _l("Có điều gì cần báo trước cho khách?"),
        _l("Trẻ nhỏ, người dị ứng, phụ nữ mang thai… Luật bắt buộc trả lời câu này."),
        quick=(
            (NOTHING, _l("Không có gì phải cảnh báo")),
            ("Không dùng cho trẻ dưới 1 tuổi.", _l("Không dùng cho trẻ dưới 1 tuổi")),
        ),
    ),
    "specs": Question(
        _l("Kích thước, khổ, trọng lượng?"),
        _l("Khách mua trên mạng không cầm được: hãy đo hộ khách."),
        _l("Cao 24 cm, miệng rộng 12 cm, nặng khoảng 900 g; đan tay nên chênh 1 đến 2 cm."),
    ),
    "maker_address": Question(
        _l("Địa chỉ ghi trên nhãn?"),
        _l("Địa chỉ của nơi chịu trách nhiệm về hàng. Đã điền theo hồ sơ, sửa nếu nhãn ghi khác."),
        rows=2,
        most=300,
    ),
    "origin": Question(
        _l("Xuất xứ ghi thế nào?"),
        _l("Nghị định 111/2021: ghi nơi làm ra hàng."),
        quick=(("Sản xuất tại Việt Nam", _l("Sản xuất tại Việt Nam")),),
        rows=1,
        most=120,
    ),
    "dates_note": Question(
        _l("Ngày sản xuất và hạn dùng in ở đâu?"),
        _l("Để khách tìm thấy trên gói hàng."),
        quick=(
            ("NSX và HSD in trên nắp", _l("Trên nắp")),
            ("NSX và HSD in trên nhãn", _l("Trên nhãn")),
            ("NSX và HSD in dưới đáy", _l("Dưới đáy")),
            ("NSX và HSD in trên tem dán", _l("Trên tem dán")),
        ),
        rows=1,
        most=200,
    ),
    "is_gift": Question(
        _l("Hàng này làm quà biếu được không?"),
        _l("Nếu được, khách tìm “quà tết”, “quà biếu” sẽ thấy, và có thể nhờ cửa hàng gói quà."),
    ),
}

#: What the further packs are asked with instead.
FURTHER: Final[Mapping[str, Question]] = {
    "measure": Question(
        _l("Cỡ gói thêm chứa bao nhiêu?"), _l("Hạn dùng, cách giữ và loại thuế lấy theo cỡ đầu, sửa lại được.")
    ),
}
#: Instead of the measure, for what the law asks no quantity of.
BY_NAME_ONLY: Final = Question(
    _l("Bạn bán theo gì?"),
    _l("Chiếc, bộ, chậu, bó, vé… Khách đọc đúng chữ này khi chọn mua."),
    _l("Bộ 6 chén; Chậu cao 40 cm; Vé một ngày"),
)
LOOSE_PRICE: Final = _l("Giá bán bao nhiêu một kilôgam?")

#: What goods are put in; the first is proposed.
CONTAINERS: Final[tuple[tuple[str, Text], ...]] = (
    ("Hũ", _l("Hũ")), ("Chai", _l("Chai")), ("Túi", _l("Túi")), ("Hộp", _l("Hộp")), ("Gói", _l("Gói")),
    ("Can", _l("Can")), ("Vỉ", _l("Vỉ")), ("Bộ", _l("Bộ")), ("Chiếc", _l("Chiếc")),
)  # fmt: skip
UNITS: Final[tuple[tuple[str, Text], ...]] = (
    ("g", _l("gam (g)")), ("kg", _l("kilôgam (kg)")), ("ml", _l("mililít (ml)")), ("l", _l("lít")),
    ("piece", _l("cái, quả, gói nhỏ…")),
)  # fmt: skip

#: Names of the lines that are read back.
LINES: Final[Mapping[str, Text]] = {
    "photos": _l("Ảnh"), "measure": _l("Gói hàng"), "price": _l("Giá"), "gtin": _l("Mã vạch"),
    "vat_class": _l("Thuế"), "shelf": _l("Hạn dùng"), "storage": _l("Cách giữ"), "abv": _l("Độ cồn"),
    "summary": _l("Giới thiệu"), "story": _l("Câu chuyện"), "ingredients": _l("Thành phần"),
    "usage": _l("Cách dùng"), "warnings": _l("Cảnh báo"), "specs": _l("Kích thước"), "maker_address": _l("Địa chỉ"),
    "origin": _l("Xuất xứ"), "dates_note": _l("NSX, HSD in ở"), "is_gift": _l("Quà biếu"),
}  # fmt: skip
