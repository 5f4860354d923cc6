"""What a correction changes, on plain values."""

from collections.abc import Mapping
from datetime import date
from typing import Any

#: What the paper says and an entry may have got wrong. The product is not among them: a certificate entered for
#: another product is revoked, and entered anew.
FIELDS = (
    "stars", "score_hundredths", "decision_number", "decided_on", "issuer_level", "issuer", "valid_from", "valid_until",
)  # fmt: skip
#: Fewer letters say nothing.
SHORTEST_REASON = 20


def differences(stands: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By field that differs: ``{"from": …, "to": …}``, days as text, ready to be kept."""
    return {
        field: {"from": plain(stands[field]), "to": plain(wanted[field])}
        for field in FIELDS
        if field in wanted and wanted[field] != stands[field]
    }


def plain(value: Any) -> Any:
    """A day as text; everything else as it is."""
    return value.isoformat() if isinstance(value, date) else value


def read(field: str, value: Any) -> Any:
    """A kept value as the certificate's column takes it."""
    is_day = field in ("decided_on", "valid_from", "valid_until")
    return date.fromisoformat(value) if is_day and value is not None else value
