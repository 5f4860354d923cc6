"""The table of images B5 (109 to 120) at every door of the house that takes one: photos, scans, labels."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.documents import rules as documents
from catalog.documents.refusals import DocumentRefused
from catalog.photos import rules
from catalog.photos.models import PhotoFile, ProductPhoto
from core import pictures as core_pictures
from core.errors import Refusal
from shop.proof import photos as labels
from shop.proof.refusals import PhotoMoves, PhotoTooLarge, PhotoUnknown, PhotoUnreadable
from tests.catalog.photos import pictures
from tests.support.sources import ROOT

#: (number of the promise, what, file, code of the refusal at the door of photos)
REFUSED: list[tuple[int, str, bytes, str]] = [
    (109, "php", pictures.PHP, "photo.unknown_type"),
    (109, "php behind the head of a jpeg", b"\xff\xd8\xff\xe0" + pictures.PHP, "photo.unreadable"),
    (110, "svg", pictures.SVG, "photo.unknown_type"),
    (111, "50k x 50k png", pictures.png_of_size(50_000, 50_000), "photo.too_large"),
    (111, "6001 x 4000 png", pictures.png_of_size(6001, 4000), "photo.too_large"),
    (111, "16k x 16k webp", pictures.webp_of_size(16_383, 16_383), "photo.too_large"),
    (111, "scans without end", pictures.many_scans(), "photo.unreadable"),
    (112, "half a jpeg", pictures.photo()[:4000], "photo.unreadable"),
    (112, "half a png", pictures.photo("PNG")[:-300], "photo.unreadable"),
    (112, "half a webp", pictures.photo("WEBP")[:-60], "photo.unreadable"),
    (113, "gif and script", pictures.GIF_AND_SCRIPT, "photo.unknown_type"),
    (115, "fits", pictures.FITS, "photo.unknown_type"),
    (115, "psd", pictures.PSD, "photo.unknown_type"),
    (115, "eps", pictures.EPS, "photo.unknown_type"),
    (115, "tiff", pictures.photo("TIFF", (300, 300)), "photo.unknown_type"),
    (116, "webp of 10,000 frames", pictures.webp_of_size(640, 480, frames=10_000), "photo.animated"),
    (116, "moving webp", pictures.moving("WEBP"), "photo.animated"),
    (116, "moving png", pictures.moving("PNG"), "photo.animated"),
    (118, "nothing", b"", "photo.unknown_type"),
    (118, "three bytes", b"\xff\xd8\xff", "photo.unreadable"),
    (118, "sixteen megabytes", b"\xff\xd8\xff" + b"\0" * (16 * 2**20), "photo.too_large"),
]
NAMES = [f"b5_{number}_{what.replace(' ', '_')}" for number, what, _data, _code in REFUSED]
#: The other doors, and the family in which each refuses.
DOORS: list[tuple[str, Callable[[bytes], object], tuple[type[Refusal], ...]]] = [
    ("documents", documents.inspect, (DocumentRefused,)),
    ("label scan", labels.read_codes, (PhotoTooLarge, PhotoUnknown, PhotoMoves, PhotoUnreadable)),
    ("label report", labels.to_keep, (PhotoTooLarge, PhotoUnknown, PhotoMoves, PhotoUnreadable)),
]


@pytest.mark.parametrize("number, what, data, code", REFUSED, ids=NAMES)
def test_b5_109_to_118_refused_at_every_door(number: int, what: str, data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.inspect(data)
    assert refused.value.code == code
    assert 400 <= refused.value.status < 500
    for _door, judge, family in DOORS:
        with pytest.raises(family):
            judge(data)


def test_b5_control_a_sound_photo_passes_every_door() -> None:
    for kind in ("JPEG", "PNG"):
        for _door, judge, _family in DOORS:
            judge(pictures.photo(kind))
        assert rules.inspect(pictures.photo(kind)).width == 640
    assert rules.inspect(pictures.photo("WEBP")).width == 640
    assert rules.inspect(pictures.two_in_one()).width == 640, "a telephone's second exposure is no second frame"
    assert rules.inspect(pictures.photo(progressive=True)).width == 640


def test_b5_113_what_hides_behind_a_photo_is_gone() -> None:
    sent = pictures.photo() + b"GIF89a/*" + pictures.PHP + b"*/=1;alert(1)"
    for kept in [*rules.inspect(sent).files.values(), documents.inspect(sent).data, labels.to_keep(sent)]:
        assert b"php" not in kept
        assert b"alert" not in kept


def test_b5_114_place_camera_and_words_are_gone() -> None:
    sent = pictures.placed()
    assert b"Camera of somebody" in sent
    assert b"secret place" in sent
    kept = [*rules.inspect(sent).files.values(), documents.inspect(sent).data, labels.to_keep(sent)]
    for data in kept:
        assert not [word for word in (b"Camera", b"Exif", b"secret", b"PK\x03\x04", b"ICCP", b"XMP") if word in data]
        with Image.open(io.BytesIO(data)) as seen:
            assert dict(seen.getexif()) == {}
            assert seen.size[1] > seen.size[0], "upright, as its EXIF had said"


BAD_NAMES = ("../../x", "CON", "x" * 300, "a\0b.jpg", "x.php.jpg", "\u202egpj.exe", "..\\..\\x.svg")


@pytest.mark.long("postgresql")
def test_b5_117_no_name_is_kept_or_shown(client: FlaskClient, make: ModuleType, session: Session) -> None:
    url, headers = f"/api/v1/products/{make.product().code}/photos", make.headers("admin")
    for number, name in enumerate(BAD_NAMES):
        body = {"photo": (io.BytesIO(pictures.photo(size=(300, 300), shade=number)), name)}
        sent = client.post(url, headers=headers, data=body, content_type="multipart/form-data")
        assert sent.status_code == 201, sent.text
        shown = client.get(sent.get_json()["files"][0]["url"], headers=headers)
        assert shown.headers["Content-Disposition"] == f'inline; filename="{sent.get_json()["code"]}-320.webp"'
    assert session.scalar(select(func.count()).select_from(PhotoFile)) == 3 * len(BAD_NAMES)


@pytest.mark.parametrize("mode, kind", [("CMYK", "JPEG"), ("I;16", "PNG"), ("L", "JPEG"), ("1", "PNG"), ("LA", "PNG")])
def test_b5_119_every_kind_of_colour_becomes_plain(mode: str, kind: str) -> None:
    picture = Image.new(mode, (400, 400)) if mode == "I;16" else Image.new("L", (400, 400), 90).convert(mode)
    with Image.open(io.BytesIO(rules.inspect(pictures.written(picture, kind)).files[1600])) as kept:
        assert (kept.mode, kept.size) == ("RGB", (400, 400))


@pytest.mark.long("postgresql")
def test_b5_120_the_content_decides_not_what_is_claimed(
    client: FlaskClient, make: ModuleType, session: Session
) -> None:
    url, headers = f"/api/v1/products/{make.product().code}/photos", make.headers("admin")

    def send(data: bytes, name: str, claimed: str) -> tuple[int, str | None]:
        body = {"photo": (io.BytesIO(data), name, claimed)}
        answer = client.post(url, headers=headers, data=body, content_type="multipart/form-data")
        return answer.status_code, answer.get_json().get("code")

    assert send(pictures.SVG, "x.jpg", "image/jpeg") == (415, "photo.unknown_type")
    assert send(pictures.PHP, "x.png", "image/png") == (415, "photo.unknown_type")
    assert send(pictures.HEIC, "x.jpg", "image/jpeg") == (415, "photo.unknown_type")
    assert session.scalar(select(func.count()).select_from(ProductPhoto)) == 0, "a refusal writes nothing"
    assert send(pictures.photo("PNG"), "x.svg", "image/svg+xml")[0] == 201


#: VmHWM belongs to this program alone; `ru_maxrss` would remember the test run that it was forked from.
MEASURED = """
import sys, time
from core import pictures
data = open(sys.argv[1], "rb").read()
begun = time.process_time()
try:
    with pictures.opened(data, most_bytes=100 * 2**20) as photo:
        photo.draft("RGB", (1600, 1600))
        plain = pictures.flat(photo)
    for width in (1600, 800, 320):
        pictures.as_webp(plain := pictures.narrowed(plain, width))
except pictures.PictureFault as fault:
    print(type(fault).__name__, end=" ")
else:
    print("kept", end=" ")
spent = time.process_time() - begun
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(round(spent, 2), int(peak) // 1024)
"""


def measure(data: bytes, folder: str) -> tuple[str, float, int]:
    """Fault, seconds and megabytes at most, in a process of its own."""
    path = os.path.join(folder, "sent")
    with open(path, "wb") as out:
        out.write(data)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, path], cwd=ROOT, capture_output=True, text=True, check=True,
        stdin=subprocess.DEVNULL, timeout=50,
    )  # fmt: skip
    code, seconds, megabytes = done.stdout.split()
    return code, float(seconds), int(megabytes)


@pytest.mark.parametrize(
    "data, code",
    [
        (pictures.png_of_size(50_000, 50_000), "TooManyPoints"),
        (pictures.webp_of_size(4000, 2500, frames=10_000), "Moving"),
    ],
    ids=["b5_111_png", "b5_116_webp"],
)
def test_b5_111_116_a_bomb_costs_nothing(data: bytes, code: str, tmp_path: os.PathLike[str]) -> None:
    found, seconds, megabytes = measure(data, str(tmp_path))
    assert found == code
    assert seconds <= 2
    assert megabytes < 300


@pytest.mark.long
@pytest.mark.parametrize(
    "kind, mode, size", [("PNG", "RGBA", (6000, 4000)), ("JPEG", "CMYK", (6000, 4000)), ("WEBP", "RGB", (4000, 2500))]
)
def test_b5_111_the_largest_that_passes_stays_small(
    kind: str, mode: str, size: tuple[int, int], tmp_path: os.PathLike[str]
) -> None:
    noise = Image.effect_noise((size[0] // 10, size[1] // 10), 60).resize(size)
    found, _seconds, megabytes = measure(pictures.written(noise.convert(mode), kind), str(tmp_path))
    assert found == "kept"
    assert megabytes < 300


def test_b5_111_control_the_measure_sees_a_bomb_that_goes_off() -> None:
    program = "x = b'1' * (330 * 2**20); print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) // 1024 > 300


def test_b5_111_control_without_the_guard_the_head_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = pictures.png_of_size(6001, 4000)
    with pytest.raises(core_pictures.TooManyPoints), core_pictures.opened(wide, most_bytes=10**7):
        pass
    monkeypatch.setattr(core_pictures, "MOST_PIXELS", 10**9)
    with pytest.warns(Image.DecompressionBombWarning), core_pictures.opened(wide, most_bytes=10**7) as picture:
        assert picture.size == (6001, 4000)
