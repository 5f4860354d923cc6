"""One page of a PDF as PNG: a program of its own, so that what a strange file does to PDFium does it to nobody else.

Run by `underlays` as ``python -I pdf_page.py PAGE MOST_POINTS``: the PDF on standard input, the PNG on standard output.
Exit 2: no such page or no PDF. Memory and time are limited before the file is looked at.
"""

import resource
import sys

import pypdfium2

_BYTES = 1_500 * 1024 * 1024
_SECONDS = 20
#: PDF points are 1/72 inch: more than 300 dots an inch show nothing more.
_MOST_SCALE = 4.2


def main(page: int, most_points: int) -> int:
    """Draw the page (from 1) with its longer side at most so many points long."""
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    data = sys.stdin.buffer.read()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return 2
    if not 1 <= page <= len(document):
        return 2
    sheet = document[page - 1]
    longest = max(sheet.get_size())
    if longest <= 0:
        return 2
    picture = sheet.render(scale=min(_MOST_SCALE, most_points / longest)).to_pil()
    picture.convert("RGB").save(sys.stdout.buffer, "PNG")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
