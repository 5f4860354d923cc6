"""What the wordbook refuses."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class SynonymNotFound(NotFound):
    """No group of synonyms has this code."""

    code = "synonym.not_found"
    text = _l("Không tìm thấy nhóm từ đồng nghĩa này.")


class SynonymDoubtful(Refusal):
    """Something in the group may be a slip; sent again with `confirm` it is kept. Facts: doubts."""

    code = "synonym.doubtful"
    text = _l("Có điều cần xem lại. Nếu đúng là muốn vậy, hãy xác nhận rồi lưu.")


class SynonymIsBase(Refusal):
    """A group that comes with the shop is switched off or on, never changed or removed."""

    code = "synonym.base"
    text = _l("Nhóm có sẵn chỉ tắt hoặc bật được. Muốn sửa thì tắt nhóm này và thêm nhóm riêng.")


class SynonymTooMany(Refusal):
    """The wordbook is full. Facts: most."""

    code = "synonym.too_many"
    text = _l("Sổ từ đã đầy. Hãy bỏ bớt nhóm không còn dùng.")
