"""Taking a second factor off somebody who lost telephone and paper codes."""

from flask import Response
from flask_babel import gettext as _

from admin.desk import desk, go
from core.accounts import factors
from core.accounts.queries import get_user
from core.errors import Forbidden, Refusal
from core.web.access import current_actor, needs
from core.web.pages import flash


@desk.post("/nguoi-dung/<int:user_id>/hai-buoc")
@needs("users.keep")
def reset_factor(user_id: int) -> Response:
    """Reset; never one's own: whoever stole a session must not get rid of the code."""
    get_user(user_id)
    if user_id == current_actor().user_id:
        raise Forbidden
    try:
        factors.reset(user_id, current_actor())
    except Refusal as refusal:
        flash(str(refusal), "notice")
        return go("desk.user", user_id=user_id)
    flash(_("Đã đặt lại xác thực hai bước; người này phải đăng nhập lại và thiết lập mới."))
    return go("desk.user", user_id=user_id)
