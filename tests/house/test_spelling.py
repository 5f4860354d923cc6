"""People read one spelling: a tone mark stands where the house puts it (khóa, hủy), in every text of ours."""

import re
from pathlib import Path

from tests.support.sources import PACKAGES, ROOT

#: Syllables that dictionaries write in two ways, as the house does not. Names of places stand as their decisions say.
OTHER = ("khoá", "hoá", "xoá", "toá", "khoẻ", "huỷ", "uỷ", "tuỳ", "thuý", "quí", "tỉ lệ")
WHOLE = re.compile(rf"(?<![^\W\d_])({'|'.join(OTHER)})(?![^\W\d_])")
ENDINGS = {".py", ".html", ".js"}
#: What reads both spellings, and what shows words as people type them.
READS_BOTH = {"core/text.py"}


def slips(folder: Path) -> list[str]:
    """``file: word`` for each other spelling below a folder, generated English and data left out."""
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        where = path.relative_to(folder.parent).as_posix()
        if path.suffix in ENDINGS and where not in READS_BOTH and not where.startswith("catalog/search/"):
            text = path.read_text(encoding="utf-8").lower()
            if any(one in text for one in OTHER):  # a search is cheap, the whole words of a file are not
                found += [f"{where}: {word}" for word in WHOLE.findall(text)]
    return found


def test_every_word_has_one_spelling() -> None:
    assert [slip for package in PACKAGES for slip in slips(ROOT / package)] == []


def test_the_rule_sees_what_it_forbids(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "a.html").write_text("Đang khoá, Huỷ, nước khoáng, khóa, thoát", encoding="utf-8")
    assert slips(tmp_path / "desk") == ["desk/a.html: khoá", "desk/a.html: huỷ"]
