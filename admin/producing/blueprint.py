"""The blueprint that every page of a producer's workplace hangs on: /quan-ly/san-xuat."""

from typing import Any

from core.accounts.permissions import may
from core.web.access import current_actor
from core.web.assets import Assets

producing = Assets(
    "producing", __name__, url_prefix="/quan-ly/san-xuat", template_folder="templates", static_folder="static"
)


@producing.context_processor
def what_may_be_done() -> dict[str, Any]:
    """Let templates ask ``may('listings.publish')`` before they draw a link."""
    return {"may": lambda action: may(current_actor(), action)}
