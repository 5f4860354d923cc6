"""Plain names of areas, as a pure function on text."""

from core.text import compose, fold

_TITLES = ("thành phố", "tỉnh", "quận", "huyện", "thị xã", "thị trấn", "phường", "đặc khu", "xã")


def bare_name(name: str) -> str:
    """The name without its title: "Xã Kiến Hưng" gives "Kiến Hưng"; "Quận 1" stays whole."""
    name = compose(name)
    for title in _TITLES:
        rest = name[len(title) :].strip()
        if name.lower().startswith(title + " ") and not rest.isdigit():
            return rest
    return name


def bare_folded(words: str) -> str:
    """What somebody typed, folded and without its title, which she may have typed without marks: "huyen Kien Thuy"."""
    folded = fold(bare_name(words))
    for title in map(fold, _TITLES):
        rest = folded.removeprefix(title + " ")
        if rest != folded and not rest.isdigit():
            return rest
    return folded
