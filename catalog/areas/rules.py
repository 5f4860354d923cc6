"""Plain names of areas, as a pure function on text."""

from core.text import compose

_TITLES = ("thành phố", "tỉnh", "quận", "huyện", "thị xã", "thị trấn", "phường", "đặc khu", "xã")


def bare_name(name: str) -> str:
    """The name without its title: "Xã Kiến Hưng" gives "Kiến Hưng"; "Quận 1" stays whole."""
    name = compose(name)
    for title in _TITLES:
        rest = name[len(title) :].strip()
        if name.lower().startswith(title + " ") and not rest.isdigit():
            return rest
    return name
