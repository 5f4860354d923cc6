"""Who stands at the gate, who runs the days of a fair, who prepares a booth: in the scope of a fair or producer."""

from flask_babel import lazy_gettext as _l

from core.accounts.permissions import permit, role

role("fair_steward", scope="fair", label=_l("Người đón khách hội chợ"))

permit("fairdays.check_in", "fair_steward", "fair_organizer", "admin")
permit("bookings.check_in", "fair_steward")
permit("fairdays.report", "fair_steward", "fair_organizer", "admin")
permit("fairdays.read", "fair_organizer", "auditor", "admin")
permit("fairdays.manage", "fair_organizer", "admin")
permit("fairdays.prepare", "producer", "fair_organizer", "admin")
permit("badges.read", "producer", "fair_organizer", "auditor", "admin")
