"""/api/v1/scan and /api/v1/label-reports: the same questions and reports for programs."""

from datetime import timedelta
from typing import Any

from flask import session
from werkzeug.datastructures import FileStorage

from core.clock import now
from core.web.access import current_actor, public
from core.web.api import Blueprint
from core.web.ratelimit import caller_address, limit
from shop.proof import photos, service
from shop.proof.queries import get_report
from shop.proof.schemas import LabelReportIn, LabelReportOut, PhotoIn, ScanOut, ScanQuery
from shop.proof.views import report_out, tell, told_out

blp = Blueprint("api_proof", __name__, url_prefix="", description="Scan a label, report a label")


@blp.get("/scan")
@public
@blp.arguments(ScanQuery, location="query")
@blp.response(200, ScanOut)
def scan(args: dict[str, Any]) -> dict[str, Any]:
    """What a label's text means today: our address, a GS1 Digital Link, a GTIN, a code, a decision, a name."""
    is_adult = bool(args.get("adult") or session.get("adult"))
    return {"items": [told_out(one) for one in tell([args["text"]], now(), is_adult=is_adult)]}


@blp.post("/scan")
@public
@blp.arguments(PhotoIn, location="files")
@blp.response(200, ScanOut)
@blp.alt_response(413, description="photo.too_large: more than 8 MB or 24 Mpx")
def scan_photo(files: dict[str, Any]) -> dict[str, Any]:
    """The same for every code in a photo. Nothing of the photo is kept."""
    texts = read_photo(files["photo"])
    return {"items": [told_out(one) for one in tell(texts, now(), is_adult=bool(session.get("adult")))]}


@blp.post("/label-reports")
@public
@blp.arguments(LabelReportIn)
@blp.response(201, LabelReportOut)
def create_report(body: dict[str, Any]) -> dict[str, Any]:
    """Report a label to the certifier; the answer can be read under its code."""
    service.count_report(caller_address(), body.get("contact"))
    return report_out(service.report(current_actor(), **body))


@blp.get("/label-reports/<code>")
@public
@blp.response(200, LabelReportOut)
def show_report(code: str) -> dict[str, Any]:
    """A report and its answer, for whoever has its code."""
    return report_out(get_report(code))


def read_photo(photo: FileStorage) -> list[str]:
    """The texts of a photo's codes. Counted by address: reading a photo is work. Raises what photos.read_codes does."""
    limit("scan.photo", caller_address(), times=120, per=timedelta(minutes=10))
    return photos.read_codes(photo.stream.read(photos.LARGEST + 1))
