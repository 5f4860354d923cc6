"""Translations are whole: every text in the code has its English, with the same placeholders.

``python -m tests.support.translations`` prints what is missing and exits 1; with ``--update``
it first brings the new texts into the ``.po`` files.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tests.support.sources import PACKAGES, ROOT

MAPPING = ROOT / "babel.cfg"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def extracted(package: str) -> Catalog:
    """The texts that a package's code and templates hold now."""
    with tempfile.NamedTemporaryFile(suffix=".pot") as out:
        command = [
            "-q",
            "extract",
            "-F",
            str(MAPPING),
            "-k",
            "_l",
            "-k",
            "_n:1,2",
            "--no-location",
            "-o",
            out.name,
            package,
        ]
        subprocess.run([sys.executable, "-m", "babel.messages.frontend", *command], cwd=ROOT, check=True)
        with open(out.name, "rb") as file:
            return read_po(file)


def english(package: str) -> Path:
    """Where a package's English stands."""
    return ROOT / package / "translations" / "en" / "LC_MESSAGES" / "messages.po"


def problems(package: str) -> list[str]:
    """What is missing, unsure or ill-formed in a package's English."""
    template = extracted(package)
    if not len(template):
        return []
    path = english(package)
    if not path.exists():
        return [f"{package}: {len(template)} texts, and no {path.relative_to(ROOT)}"]
    with path.open("rb") as file:
        catalog = read_po(file, locale="en")
    found: list[str] = []
    for message in template:
        if not message.id:
            continue
        source = message.id[0] if isinstance(message.id, tuple | list) else message.id
        known = catalog.get(source, message.context)
        if known is None or not _texts(known.string):
            found.append(f"{package}: no English for {source!r}")
        elif known.fuzzy:
            found.append(f"{package}: unsure English for {source!r}")
        elif any(_holes(text) - _holes(message.id) for text in _texts(known.string)):
            found.append(f"{package}: other placeholders in the English of {source!r}")
    return found


def update(package: str) -> None:
    """Bring new texts into the English file, and drop those that the code no longer holds."""
    template = extracted(package)
    path = english(package)
    catalog = Catalog(locale="en", project="OCOP Mart", header_comment="# English texts of OCOP Mart.", fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale="en")
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, omit_header=False, sort_output=True)


def _texts(string: object) -> list[str]:
    parts = list(string) if isinstance(string, tuple | list) else [string]
    return [str(part) for part in parts] if all(parts) else []


def _holes(text: object) -> set[str]:
    joined = " ".join(text) if isinstance(text, tuple | list) else str(text)
    return set(PLACEHOLDER.findall(joined))


def main() -> int:
    """Update when asked; print what is missing; answer the exit status."""
    packages = [package for package in PACKAGES if (ROOT / package).is_dir()]
    if "--update" in sys.argv:
        for package in packages:
            update(package)
    found = [line for package in packages for line in problems(package)]
    for line in found:
        print(line)
    print(f"translations: {len(found)} missing" if found else "translations: whole")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
