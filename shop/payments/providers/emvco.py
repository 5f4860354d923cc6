"""VietQR text: the EMVCo merchant-presented QR of NAPAS (IBFT 1.5.2), written and read here.

Fields, each `tag (2 digits) + length (2 digits) + value`: 00 format, 01 `11` static or `12` fixed amount,
38 {00 GUID, 01 {00 BIN, 01 account}, 02 service}, 53 currency 704, 54 amount, 58 country, 62 {08 memo},
63 CRC-16/CCITT-FALSE over everything before it, the `6304` included. Amounts are whole đồng; the memo is
ASCII of at most 25 characters, since banks drop or mangle anything else.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.text import fold

GUID = "A000000727"
SERVICE = "QRIBFTTA"  #: transfer to an account (cards would be QRIBFTTC)
VND = "704"
MEMO_LENGTH = 25
MAX_AMOUNT = 9_999_999_999_999  #: the field holds 13 characters

_BIN = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,19}")
_AMOUNT = re.compile(r"[1-9][0-9]{0,12}")
_UNSAFE = re.compile(r"[^A-Za-z0-9 ]+")


class BadVietQr(ValueError):
    """The parts cannot be written as a VietQR, or the text is not one."""


@dataclass(frozen=True)
class VietQr:
    """What a VietQR says: pay `amount_vnd` (None: the payer types it) to an account, with a memo."""

    bank_bin: str
    account: str
    amount_vnd: int | None = None
    memo: str = ""


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE (polynomial 1021, start FFFF) of an ASCII text, as four capital hex digits."""
    return f"{binascii.crc_hqx(text.encode('ascii'), 0xFFFF):04X}"


def memo_text(words: str) -> str:
    """A transfer memo that every bank keeps: no diacritics, letters, digits and single spaces, 25 at most."""
    plain = fold(words).upper()
    return " ".join(_UNSAFE.sub(" ", plain).split())[:MEMO_LENGTH].rstrip()


def encode(qr: VietQr) -> str:
    """The text to draw as a QR; refuses parts that a bank's app could not read (BadVietQr)."""
    _check(qr)
    account = _field("00", qr.bank_bin) + _field("01", qr.account)
    merchant = _field("00", GUID) + _field("01", account) + _field("02", SERVICE)
    body = _field("00", "01") + _field("01", "12" if qr.amount_vnd else "11") + _field("38", merchant)
    body += _field("53", VND)
    if qr.amount_vnd:
        body += _field("54", str(qr.amount_vnd))
    body += _field("58", "VN")
    if qr.memo:
        body += _field("62", _field("08", qr.memo))
    body += "6304"
    return body + crc16(body)


def parse(text: str) -> VietQr:
    """Read a VietQR text back; refuses a wrong checksum, another currency or scheme (BadVietQr)."""
    if not text.isascii() or text[-8:-4] != "6304" or crc16(text[:-4]) != text[-4:].upper():
        raise BadVietQr("checksum")
    top = dict(_fields(text))
    merchant = dict(_fields(top.get("38", "")))
    account = dict(_fields(merchant.get("01", "")))
    if merchant.get("00") != GUID or top.get("53") != VND:
        raise BadVietQr("not a transfer in đồng over NAPAS")
    amount = top.get("54")
    if amount is not None and not _AMOUNT.fullmatch(amount):
        raise BadVietQr("amount")
    memo = dict(_fields(top.get("62", ""))).get("08", "")
    return VietQr(account.get("00", ""), account.get("01", ""), int(amount) if amount else None, memo)


def _check(qr: VietQr) -> None:
    """Refuse what does not fit the fields. A bool or a float is no amount, whatever it compares to."""
    if not _BIN.fullmatch(qr.bank_bin) or not _ACCOUNT.fullmatch(qr.account):
        raise BadVietQr("bank or account")
    if qr.amount_vnd is not None and (type(qr.amount_vnd) is not int or not 1 <= qr.amount_vnd <= MAX_AMOUNT):
        raise BadVietQr("amount")
    if len(qr.memo) > MEMO_LENGTH or not qr.memo.isascii() or not qr.memo.isprintable():
        raise BadVietQr("memo")


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Walk tag-length-value; refuses a length that points past the end or is not a number."""
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        if not (tag + length).isdigit() or len(length) != 2 or at + 4 + int(length) > len(text):
            raise BadVietQr("structure")
        yield tag, text[at + 4 : at + 4 + int(length)]
        at += 4 + int(length)
