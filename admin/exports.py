"""Tables that leave the house, for the desks and reports: as `catalog/exports.py`, which every part above it uses."""

from catalog.exports import FORMATS, Column, Table, answer, as_csv, as_xlsx, is_number, plain

__all__ = ["FORMATS", "Column", "Table", "answer", "as_csv", "as_xlsx", "is_number", "plain"]
