"""Invented label texts by product set, so that what is on sale states what NĐ 43/2017 asks for."""

from dataclasses import dataclass
from typing import Final

from catalog.listings.label import NOTHING

ORIGIN: Final = "Sản xuất tại Việt Nam"
#: Where the source does not name a place.
UNKNOWN_ADDRESS: Final = "Địa chỉ ghi trên bao bì (minh hoạ)"
DATES: Final = "NSX và HSD in trên bao bì"
_DRY: Final = "Để nơi khô ráo, thoáng mát, tránh ánh nắng."
_COLD: Final = "Giữ lạnh 0 đến 4 °C."
_CLEAN: Final = "Rửa sạch trước khi dùng."


@dataclass(frozen=True)
class Label:
    """What a label of a set says: ingredients or material, use, warnings, storage, measures."""

    ingredients: str
    usage: str = ""
    warnings: str = NOTHING
    storage: str = ""
    specs: str = ""


LABELS: Final[dict[int, Label]] = {
    1: Label("100% rau, củ, quả tươi", _CLEAN, storage="Để nơi mát, dùng trong vài ngày."),
    2: Label("100% nguyên liệu tươi", "Nấu chín trước khi ăn.", storage=_COLD),
    3: Label("100% hạt nguyên chất", "Vo sạch, nấu như thường.", storage=_DRY),
    4: Label("100% nguyên chất", "Dùng trực tiếp hoặc pha nước ấm.", "Không dùng cho trẻ dưới 1 tuổi.", _DRY),
    5: Label("Nguyên liệu nông sản, đường, muối", "Ăn ngay sau khi mở gói.", storage=_DRY),
    6: Label("Gạo, nước, muối", "Nấu chín hoặc hấp trước khi ăn.", storage=_DRY),
    7: Label("Rau, củ, quả, đường", "Ăn trực tiếp.", storage=_DRY),
    8: Label("Thịt, trứng hoặc thủy sản, gia vị", "Làm nóng trước khi ăn.", "Có thể gây dị ứng thủy sản.", _COLD),
    9: Label("Cá cơm, muối biển", "Chấm trực tiếp hoặc nêm khi nấu.", "Có nguyên liệu cá.", _DRY),
    10: Label("Nguyên liệu gia vị, muối", "Nêm vừa miệng khi nấu.", storage=_DRY),
    11: Label("100% búp chè", "Pha 5 g với 200 ml nước 90 °C.", storage=_DRY),
    12: Label("100% thảo mộc sấy khô", "Nhúng một túi vào 150 ml nước sôi, đợi 5 phút.", storage=_DRY),
    13: Label("100% cà phê hoặc ca cao", "Pha phin với nước sôi.", storage=_DRY),
    14: Label("Gạo nếp, men lá, nước", "Uống có chừng mực.", "Cấm bán cho người dưới 18 tuổi.", _DRY),
    15: Label("Trái cây lên men", "Ngon hơn khi uống lạnh.", "Cấm bán cho người dưới 18 tuổi.", _DRY),
    16: Label("Nước khoáng thiên nhiên", "Uống trực tiếp.", storage=_DRY),
    17: Label("Nước, trái cây, đường", "Lắc đều, ngon hơn khi uống lạnh.", storage=_DRY),
    18: Label(
        "Cao dược liệu", "Uống theo hướng dẫn trên hộp.", "Không phải là thuốc, không thay thế thuốc chữa bệnh.", _DRY
    ),
    19: Label("Chiết xuất thảo dược", "Thoa ngoài da.", "Thử trên vùng da nhỏ trước khi dùng.", _DRY),
    20: Label("100% dược liệu", "Dùng theo hướng dẫn trên nhãn.", "Để xa tầm tay trẻ em.", _DRY),
    21: Label(
        "Gỗ, mây, tre tự nhiên", "Lau bằng khăn khô.", specs="Kích thước ghi trên từng chiếc; làm tay nên chênh 1-2 cm."
    ),
    22: Label("100% sợi tự nhiên", "Giặt tay, phơi nơi râm mát.", specs="Khổ 40 x 180 cm; dệt tay nên chênh 1-2 cm."),
    23: Label("", "Thay nước mỗi ngày."),
    24: Label("", "Tưới khi mặt đất khô, để nơi có nắng nhẹ."),
    25: Label("", "Cho ăn và thay nước theo hướng dẫn kèm theo."),
    26: Label(""),
}


def label_of(set_no: int) -> dict[str, str]:
    """The label texts of a listing of that set, as the verb that opens it takes them."""
    one = LABELS[set_no]
    is_goods = set_no < 26
    return {
        "ingredients": one.ingredients,
        "usage": one.usage,
        "warnings": one.warnings if set_no <= 20 else "",
        "specs": one.specs,
        "origin": ORIGIN if is_goods else "",
        "dates_note": DATES if set_no <= 20 else "",
    }


def storage_of(set_no: int) -> str:
    """How packs of that set are kept."""
    return LABELS[set_no].storage
