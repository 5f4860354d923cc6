"""Floor plans as files: JSON as ``plan.schema.json`` says, and SVG that any drawing program opens.

In the SVG every hall is a group and every booth a polygon that carries what a plan says of it in ``data-`` attributes.
A drawing program may move, turn and stretch them (a ``transform`` is applied when the file is read, to whole
centimetres); what has no such attributes is somebody's remark and is left out.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from flask_babel import gettext as _
from marshmallow import ValidationError

from core.errors import Refusal
from core.web.api import read_json
from shop.fairs.plans.geometry import Ring, centre
from shop.fairs.plans.plan import BoothPlan, Hall, Plan, document_of, plan_of, points
from shop.fairs.plans.schemas import PlanIn
from shop.fairs.refusals import PlanUnreadable

LARGEST = 4 * 1024 * 1024
#: Between two halls, and for their names.
_MARGIN = 300
_SVG = "http://www.w3.org/2000/svg"
_MARK = "data-ocop-plan"
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_MOVES = re.compile(r"(matrix|translate|scale|rotate)\s*\(([^)]*)\)")
_MOST_MESSAGES = 20

#: a, b, c, d, e, f of SVG: x' = a·x + c·y + e, y' = b·x + d·y + f.
Matrix = tuple[float, float, float, float, float, float]
_STILL: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

register_namespace("", _SVG)


def json_of(plan: Plan) -> bytes:
    """The plan as its document, one line a hall and a booth, so that two of them can be compared by eye."""
    document = document_of(plan)
    parts = [
        f'"{name}": [\n' + ",\n".join("  " + json.dumps(one, ensure_ascii=False) for one in document[name]) + "\n]"
        for name in ("halls", "booths")
    ]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def svg_of(plan: Plan, title: str) -> bytes:
    """The halls below each other, one centimetre a unit; black on white, so that it prints anywhere."""
    width = max((hall.width for hall in plan.halls), default=0) + 2 * _MARGIN
    height = sum(hall.height + 2 * _MARGIN for hall in plan.halls)
    root = _node(None, "svg", viewBox=f"0 0 {width} {height}", width=f"{width / 10:g}mm", height=f"{height / 10:g}mm")
    root.set(_MARK, "1")
    _node(root, "title").text = title
    top = _MARGIN
    for hall in plan.halls:
        _draw_hall(root, hall, [one for one in plan.booths if one.hall == hall.code], top)
        top += hall.height + 2 * _MARGIN
    return tostring(root, encoding="utf-8", xml_declaration=True)


def read_plan(data: bytes) -> Plan:
    """A plan from a file of ours, JSON or SVG by its content. Raises PlanUnreadable with what is wrong where."""
    if len(data) > LARGEST:
        raise _unreadable(_("Tệp lớn hơn 4 MB."))
    is_svg = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return checked(_document_of_svg(data) if is_svg else _document_of_json(data))


def checked(document: Mapping[str, Any]) -> Plan:
    """A document as the API takes it. Raises PlanUnreadable."""
    try:
        return plan_of(PlanIn().load(dict(document)))  # type: ignore[arg-type]
    except ValidationError as error:
        raise _unreadable(*list(_messages(error.messages))[:_MOST_MESSAGES]) from error


def _unreadable(*messages: str) -> PlanUnreadable:
    return PlanUnreadable({"file": list(messages)})


def _messages(found: Any, where: str = "") -> Iterator[str]:
    """Nested messages flat: ``booths.3.price: …``."""
    if isinstance(found, Mapping):
        for key, inner in found.items():
            yield from _messages(inner, f"{where}.{key}" if where else str(key))
    else:
        yield from (f"{where}: {one}" for one in (found if isinstance(found, list) else [found]))


def _document_of_json(data: bytes) -> Mapping[str, Any]:
    try:
        found: Any = read_json(data.removeprefix(b"\xef\xbb\xbf"))
    except Refusal as refusal:
        raise _unreadable(str(refusal)) from refusal
    return found


def _draw_hall(root: Element, hall: Hall, booths: list[BoothPlan], top: int) -> None:
    group = _node(root, "g", transform=f"translate({_MARGIN} {top})")
    said = {"hall": hall.code, "name": hall.name, "width": hall.width, "height": hall.height, "aisle": hall.aisle}
    _say(group, said)
    _node(group, "rect", width=hall.width, height=hall.height, fill="none", stroke="#000", stroke_width=12)
    _node(group, "text", x=0, y=-40, font_size=120, font_family="sans-serif").text = hall.name
    for feature in hall.features:
        shape = _node(group, "polygon", points=points(feature.polygon), fill="#eee", stroke="#000", stroke_width=3)
        _say(shape, {"feature": feature.kind, "label": feature.label})
        _label(group, feature.label, feature.polygon, 36)
    for booth in booths:
        shape = _node(group, "polygon", points=points(booth.polygon), fill="#fff", stroke="#000", stroke_width=5)
        _say(shape, _facts(booth))
        _label(group, booth.code, booth.polygon, 70)


def _facts(booth: BoothPlan) -> dict[str, object]:
    return {
        "booth": booth.code, "uid": booth.uid, "kind": booth.kind, "use": booth.use, "zone": booth.zone,
        "services": " ".join(booth.services), "open": " ".join(map(str, booth.open_sides)), "price": booth.price_vnd,
    }  # fmt: skip


def _say(node: Element, facts: Mapping[str, object]) -> None:
    for name, value in facts.items():
        if value not in (None, ""):
            node.set(f"data-{name}", str(value))


def _label(parent: Element, text: str, ring: Ring, size: int) -> None:
    x, y = centre(ring)
    about = {"font_size": size, "font_family": "sans-serif", "text_anchor": "middle"}
    _node(parent, "text", x=x, y=y + size // 3, **about).text = text


def _node(parent: Element | None, tag: str, **facts: object) -> Element:
    values = {key.replace("_", "-") if key != "viewBox" else key: str(value) for key, value in facts.items()}
    name = f"{{{_SVG}}}{tag}"
    return Element(name, values) if parent is None else SubElement(parent, name, values)


def _document_of_svg(data: bytes) -> Mapping[str, Any]:
    try:
        root = ElementTree.fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise _unreadable(_("Tệp SVG bị hỏng.")) from error
    if root.get(_MARK) is None:
        raise _unreadable(_("Tệp SVG này không phải do hệ thống xuất ra, nên không biết hình nào là gian hàng."))
    document: dict[str, Any] = {"halls": [], "booths": []}
    for node in root.iter():
        if node.get("data-hall") is not None:
            _read_hall(node, document)
    return document


def _read_hall(group: Element, document: dict[str, Any]) -> None:
    hall: dict[str, Any] = {"code": group.get("data-hall"), "name": group.get("data-name"), "features": []}
    hall |= {name: _whole(group, name) for name in ("width", "height", "aisle") if group.get(f"data-{name}")}
    for node, moved in _within(group, _STILL):
        if node.get("data-feature") is not None:
            label = node.get("data-label")
            hall["features"].append({"kind": node.get("data-feature"), "label": label, "polygon": _ring(node, moved)})
        elif node.get("data-booth") is not None:
            document["booths"].append(_booth_of(node, str(hall["code"]), moved))
    document["halls"].append(hall)


def _booth_of(node: Element, hall: str, moved: Matrix) -> dict[str, Any]:
    said = {"code": node.get("data-booth"), "hall": hall, "polygon": _ring(node, moved), "price": _whole(node, "price")}
    said |= {name: node.get(f"data-{name}") for name in ("uid", "kind", "use", "zone") if node.get(f"data-{name}")}
    sides = (node.get("data-open") or "").split()
    if not all(side.isascii() and side.isdecimal() and len(side) < 4 for side in sides):
        raise _unreadable(_("%(booth)s: data-open không phải danh sách số.", booth=said["code"]))
    return said | {"services": (node.get("data-services") or "").split(), "open_sides": [int(side) for side in sides]}


def _within(group: Element, moved: Matrix) -> Iterator[tuple[Element, Matrix]]:
    """Everything in a group with how it has been moved within it; the hall's own place on the sheet does not count."""
    for node in group:
        here = _times(moved, _matrix(node.get("transform") or ""))
        yield node, here
        yield from _within(node, here)


def _ring(node: Element, moved: Matrix) -> list[list[int]]:
    """The corners in whole centimetres. Raises PlanUnreadable for a shape that is no polygon any more."""
    numbers = [float(one) for one in re.findall(_NUMBER, node.get("points") or "")]
    name = node.get("data-booth") or node.get("data-label") or ""
    if not node.tag.endswith("}polygon") or len(numbers) < 6 or len(numbers) % 2 or len(numbers) > 400:
        raise _unreadable(_("%(name)s không còn là đa giác trong tệp SVG.", name=name))
    a, b, c, d, e, f = moved
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    corners = [(a * x + c * y + e, b * x + d * y + f) for x, y in pairs]
    if not all(math.isfinite(one) and abs(one) < 10**9 for corner in corners for one in corner):
        raise _unreadable(_("%(name)s nằm ngoài mọi nhà.", name=name))
    return [[round(x), round(y)] for x, y in corners]


def _whole(node: Element, name: str) -> int | str:
    """A whole number, or what stands there instead, for the schema to refuse."""
    text = node.get(f"data-{name}") or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 13 else text


def _matrix(text: str) -> Matrix:
    """A ``transform`` attribute, read from left to right."""
    found = _STILL
    for kind, inner in _MOVES.findall(text):
        numbers = [float(one) for one in re.findall(_NUMBER, inner)]
        found = _times(found, _move(kind, numbers))
    return found


def _move(kind: str, numbers: list[float]) -> Matrix:
    match kind, numbers:
        case "matrix", [a, b, c, d, e, f]:
            return a, b, c, d, e, f
        case "translate", [x, *rest]:
            return 1.0, 0.0, 0.0, 1.0, x, rest[0] if rest else 0.0
        case "scale", [x, *rest]:
            return x, 0.0, 0.0, rest[0] if rest else x, 0.0, 0.0
        case "rotate", [degrees, *rest]:
            turn = math.radians(degrees)
            x, y = rest if len(rest) == 2 else (0.0, 0.0)
            turned = (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), x, y)
            return _times(turned, (1.0, 0.0, 0.0, 1.0, -x, -y))
        case _:
            raise _unreadable(_("Tệp SVG có phép biến đổi không đọc được: %(kind)s.", kind=kind))


def _times(one: Matrix, other: Matrix) -> Matrix:
    """First the other, then the one."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f
