"""Who answers requests about personal data."""

from flask_babel import lazy_gettext as _l

from core.accounts.permissions import permit, role

role("data_officer", label=_l("Người phụ trách dữ liệu cá nhân"), asks_code=True)
permit("desk.enter", "data_officer")
permit("privacy.handle", "data_officer", "admin")
