"""Judging an entry by the law of its day: what entering, importing and correcting share.

A contradiction is refused with field and article. It may stand as a documented exception: a written reason when it
is entered, and a second person who accepts it when verifying. What no paper can carry has no exception.
"""

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from catalog.certificates.law import Claim, Fault, Gravity, judge, total
from catalog.certificates.models import Certificate
from catalog.certificates.refusals import ContradictsLaw, ExceptionNotAccepted

#: Letters that a reason must have, or it explains nothing; the database holds the same.
LEAST_REASON = 20
#: The language of what is written down: the law's own.
_RECORD = "vi"


def check_lawful(claim: Claim, reason: str | None = None) -> list[Fault]:
    """The contradictions that stand as an exception, by that reason; an empty list when there is none.

    Raises ContradictsLaw, naming every field and article, when there is no sufficient reason or nothing excuses it.
    """
    found = [fault for fault in judge(claim) if fault.gravity is not Gravity.REVIEW]
    is_impossible = any(fault.gravity is Gravity.IMPOSSIBLE for fault in found)
    explained = len((reason or "").strip()) >= LEAST_REASON
    if found and (is_impossible or not explained):
        errors = errors_of(found)
        if reason and not is_impossible:
            errors["exception_reason"] = [_("Lý do phải có ít nhất %(least)s ký tự.", least=LEAST_REASON)]
        raise ContradictsLaw(errors, faults=[plain(fault) for fault in found], is_excusable=not is_impossible)
    return found


def contradictions(claim: Claim) -> set[str]:
    """The codes of everything that the claim says against the rules of its day."""
    return {fault.code for fault in judge(claim) if fault.gravity is not Gravity.REVIEW}


def check_accepted(certificate: Certificate, accepted: bool) -> None:
    """Refuse to verify an exception that the second person has not expressly accepted, with ExceptionNotAccepted."""
    if certificate.exception_faults is not None and not accepted:
        raise ExceptionNotAccepted(reason=certificate.exception_reason, faults=certificate.exception_faults)


def written(faults: Sequence[Fault]) -> list[dict[str, Any]] | None:
    """Faults as they are kept with a certificate, in Vietnamese; None for none."""
    with force_locale(_RECORD):
        return [plain(fault) for fault in faults] or None


def plain(fault: Fault) -> dict[str, Any]:
    """A fault as plain values, in the reader's language."""
    return {"field": fault.field, "code": fault.code, "article": fault.article, "text": str(fault.text)}


def errors_of(faults: Sequence[Fault]) -> dict[str, list[str]]:
    """Messages by field, each with its article."""
    errors: dict[str, list[str]] = {}
    for fault in faults:
        errors.setdefault(fault.field, []).append(in_words(fault))
    return errors


def in_words(fault: Fault) -> str:
    """A fault as people read it: what is wrong, and where it is said."""
    return f"{fault.text} ({fault.article})"


def doubts_of(certificate: Certificate) -> list[dict[str, Any]]:
    """What the rules leave open about an entry: for whoever reads it a second time."""
    return [plain(fault) for fault in judge(claim_of(certificate)) if fault.gravity is Gravity.REVIEW]


def claim_of(certificate: Certificate) -> Claim:
    """A stored certificate as the law sees it, on the day of its entry."""
    return Claim(
        stars=certificate.stars,
        level=certificate.issuer_level,
        decided_on=certificate.decided_on,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        known_on=certificate.decided_on,
        score=certificate.score_hundredths,
        sections=(certificate.score_a_hundredths, certificate.score_b_hundredths, certificate.score_c_hundredths),
        set_no=certificate.product.set_no,
        subject=certificate.product.producer.kind,
    )


def whole_score(claim: Claim) -> int | None:
    """The score, or where only its sections are known their sum."""
    return claim.score if claim.score is not None else total(claim.sections)
