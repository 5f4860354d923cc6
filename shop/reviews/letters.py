"""What is told about reviews: why one was hidden, and one invitation to write."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import Block, button, facts, listed, said, small
from shop.reviews.words import GROUNDS

_URL = "https://ocopmart.example.vn/don-hang/DH-7K3M9QXT/danh-gia?token=mQ9yV3cX7kT2pL5rW8sN4bH6jF1gD0aZxCvBnMqWeRt"
HIDDEN = {
    "product": "Mật ong hoa rừng Cát Bà", "ground": "unlawful", "note": "Có số điện thoại của người khác.",
    "complain": "https://ocopmart.example.vn/khieu-nai?ve=SP-7K3M9QXT", "url": _URL,
}  # fmt: skip
ASKED = {"number": "DH-7K3M9QXT", "products": ["Mật ong hoa rừng Cát Bà", "Chả mực giã tay"], "url": _URL, "stop": _URL}


@kind("review.hidden", _l("Đánh giá bị ẩn"), sample=HIDDEN)
def hidden(c: Context) -> Letter:
    """On which ground, and where to complain of it."""
    body: list[Block] = [
        said(_("Đánh giá của bạn về %(product)s đã được ẩn.", product=c["product"])),
        facts([(_("Căn cứ"), str(GROUNDS[c["ground"]])), (_("Ghi chú"), c["note"])]),
        small(_("Chê hàng không phải là căn cứ để ẩn. Nếu bạn thấy không đúng, hãy khiếu nại tại:"), c["complain"]),
        button(_("Xem đánh giá của bạn"), c["url"]),
    ]
    return Letter(_("Đánh giá của bạn đã được ẩn"), tuple(body))


@kind("review.asked", _l("Mời đánh giá"), sample=ASKED)
def asked(c: Context) -> Letter:
    """Asked once, with the way to be asked never again."""
    body = (
        said(_("Bạn đã nhận đơn %(number)s. Món hàng có như bạn mong không?", number=c["number"])),
        said(_("Vài lời của bạn giúp người mua sau và người làm ra nó:")), listed(c["products"]),
        button(_("Viết đánh giá"), c["url"]),
        small(_("Thư này chỉ gửi một lần. Không muốn nhận lời mời nữa:"), c["stop"]),
    )  # fmt: skip
    return Letter(_("Bạn thấy hàng thế nào?"), body)
