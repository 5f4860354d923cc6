"""What the documents say is what the code does."""

import re

import pytest

from tests.support import docs, translations
from tests.support.sources import PACKAGES, ROOT


@pytest.mark.parametrize("name", sorted(docs.PAGES))
def test_the_reference_is_fresh(name: str) -> None:
    path = ROOT / "docs" / name
    assert path.exists(), "python -m tests.support.docs"
    assert path.read_text(encoding="utf-8") == docs.rendered()[path], "stale: python -m tests.support.docs"


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


def test_every_make_target_is_told() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.M).group(1).split()) - {"help", "translations"}  # type: ignore[union-attr]
    told = makefile[makefile.index("help:\n") : makefile.index(".venv/bin/uv:")]
    assert not {target for target in targets if f"make {target}" not in told}


@pytest.mark.long  # make lint says the same each day
@pytest.mark.parametrize("package", PACKAGES)
def test_every_text_has_its_english(package: str) -> None:
    assert translations.problems(package) == []


def test_every_name_in_the_documents_stands_in_the_code() -> None:
    """``path/file.py: name`` in a document is a definition; ``path/…`` is a file or folder."""
    wrong: list[str] = []
    for page in (ROOT / "docs").rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        for path, named in re.findall(r"`((?:core|catalog|shop|admin|tests|migrations)/[\w./]*)(?:: (\w+))?`", text):
            target = ROOT / path
            if not target.exists():
                wrong.append(f"{page.name}: {path}")
            elif named and not re.search(rf"^(def|class) {named}\b", target.read_text(encoding="utf-8"), re.M):
                wrong.append(f"{page.name}: {path}: {named}")
    assert not wrong
