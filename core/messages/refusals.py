"""How messages say no."""

from flask_babel import lazy_gettext as _l

from core.errors import Refusal


class NotAgain(Refusal):
    """A message with a secret that is made for one sending, or about a thing that is gone."""

    code = "message.not_again"
    text = _l("Loại tin này không gửi lại được từ đây.")
