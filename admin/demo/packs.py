"""Invented packs by product set: what a plausible label, weight, price, tax and shelf life would be."""

import random
from dataclasses import dataclass

from stdnum import ean

from admin.demo.labels import storage_of
from catalog.listings.measures import days_of
from catalog.listings.vat import FULL, PROCESSED, PRODUCE


@dataclass(frozen=True)
class Pack:
    """A pack and the range of its price in thousands of đồng (a kilogram's, for goods sold by weight)."""

    label: str
    low: int
    high: int
    net_grams: int | None = None
    shelf_days: int | None = None
    vat_bp: int = 800
    unit: str = "piece"
    abv_bp: int | None = None
    net_ml: int | None = None
    net_pieces: int | None = None


_RAW = 500  # raw and simply processed produce, resold to consumers
_SPIRITS = 1000  # under special consumption tax: no reduced rate
_CLASSES = {_RAW: PRODUCE, _SPIRITS: FULL, 800: PROCESSED}

PACKS: dict[int, tuple[Pack, ...]] = {
    1: (Pack("Bán theo cân", 35, 140, shelf_days=14, vat_bp=_RAW, unit="gram"),),
    2: (
        Pack("Hộp 10 quả", 38, 65, 600, 25, _RAW, net_pieces=10),
        Pack("Vỉ 30 quả", 99, 150, 1800, 25, _RAW, net_pieces=30),
    ),
    3: (Pack("Túi 2 kg", 60, 95, 2000, 240, _RAW), Pack("Túi 5 kg", 140, 210, 5000, 240, _RAW)),
    4: (Pack("Chai 350 g", 95, 160, 350, 720), Pack("Chai 700 g", 180, 290, 700, 720)),
    5: (Pack("Gói 150 g", 25, 60, 150, 180),),
    6: (Pack("Gói 500 g", 28, 75, 500, 270), Pack("Hộp 1 kg", 60, 140, 1000, 270)),
    7: (Pack("Gói 100 g", 35, 80, 100, 270), Pack("Hộp 300 g", 95, 220, 300, 270)),
    8: (Pack("Hộp 300 g", 65, 160, 300, 365),),
    9: (Pack("Chai 500 ml", 55, 165, None, 720, net_ml=500), Pack("Can 3 lít", 290, 620, None, 720, net_ml=3000)),
    10: (Pack("Hũ 200 g", 60, 150, 200, 540),),
    11: (Pack("Hộp 100 g", 120, 320, 100, 720), Pack("Hộp 200 g", 230, 590, 200, 720)),
    12: (Pack("Hộp 20 túi lọc", 45, 120, 40, 540, net_pieces=20),),
    13: (Pack("Gói 250 g", 75, 140, 250, 365), Pack("Gói 500 g", 140, 260, 500, 365)),
    14: (Pack("Chai 500 ml", 95, 240, None, None, _SPIRITS, abv_bp=3950, net_ml=500),),
    15: (Pack("Chai 750 ml", 150, 380, None, None, _SPIRITS, abv_bp=1250, net_ml=750),),
    16: (Pack("Chai 500 ml", 6, 12, None, 540, net_ml=500),),
    17: (
        Pack("Chai 350 ml", 18, 42, None, 270, net_ml=350),
        Pack("Lốc 6 chai", 100, 240, None, 270, net_ml=2100, net_pieces=6),
    ),
    18: (Pack("Hộp 60 viên", 180, 480, None, 900, net_pieces=60),),
    19: (Pack("Hộp 50 g", 120, 350, 50, 900),),
    20: (Pack("Hũ 100 g", 90, 320, 100, 540),),
    21: (Pack("Chiếc", 120, 890),),
    22: (Pack("Chiếc", 180, 720),),
    23: (Pack("Bó", 60, 250),),
    24: (Pack("Chậu", 250, 900),),
    25: (Pack("Con", 120, 600),),
    26: (Pack("Vé một ngày", 250, 900),),
}


def gtin_of(code: str, number: int) -> str | None:
    """An invented GTIN-13 for a pack, in the range 952 that GS1 keeps for demonstrations; None for a code of no number.

    >>> gtin_of("P001", 2)
    '9520000010027'
    """
    digits = code.lstrip("P")
    if not digits.isdecimal():
        return None
    stem = f"952{int(digits):06}{number:03}"
    return stem + ean.calc_check_digit(stem)


def skus_of(code: str, set_no: int, dice: random.Random) -> list[dict[str, object]]:
    """The packs of a listing, as the verb that opens it takes them; prices end in thousands."""
    depth = dice.random()
    return [
        {
            "code": f"{code}-{number}",
            "gtin": gtin_of(code, number),
            "label": pack.label,
            "unit": pack.unit,
            "net_grams": pack.net_grams,
            "net_ml": pack.net_ml,
            "net_pieces": pack.net_pieces,
            "price_vnd": 1000 * round(pack.low + (pack.high - pack.low) * depth),
            "vat_bp": pack.vat_bp,
            "vat_class": _CLASSES[pack.vat_bp],
            "shelf_days": _keeps(pack.shelf_days),
            "storage": storage_of(set_no),
            "abv_bp": pack.abv_bp,
        }
        for number, pack in enumerate(PACKS[set_no], start=1)
    ]


def _keeps(days: int | None) -> int | None:
    """A shelf life as labels count it: in whole months from three on."""
    return days_of(days // 30, "month") if days and days >= 90 else days
