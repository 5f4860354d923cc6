"""How labels say no."""

from flask_babel import lazy_gettext as _l

from core.errors import Refusal


class NothingToPrint(Refusal):
    """None of what was chosen may be labelled today. Facts: skus."""

    code = "labels.nothing"
    text = _l("Không có nhãn nào để in: hàng đã chọn hôm nay không bán được ở cửa hàng này.")


class TooManyLabels(Refusal):
    """More labels than one file may hold. Facts: most."""

    code = "labels.too_many"
    status = 422
    text = _l("Nhiều nhãn quá cho một lần in.")


class TaskDone(Refusal):
    """Somebody printed it or ticked it off before."""

    code = "labels.done"
    text = _l("Việc này đã có người làm xong.")
