"""What was meant when a Vietnamese keyboard was off: `nuowcs` (Telex) and `nu7o7c1` (VNI) are `nước`.

Pure. A word is only read so when the outcome is a possible Vietnamese syllable and the keys as they stand
are not one, so that brands and English words stay what they are. A keyboard that gave up half-way leaves marks
and keys in one word (`nươcs`): the marks stay, the keys are read.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from core.text import TONES, fold


def _listed(text: str) -> list[str]:
    return text.split()


_INITIALS = _listed("ngh ng nh ch gh gi kh ph qu q th tr b c d đ g h k l m n p r s t v x")
_RIMES = frozenset(
    _listed(
        "a ai ao au ay am an ang anh ac at ap ach ăm ăn ăng ăc ăt ăp âm ân âng âc ât âp âu ây e eo em en eng ec et "
        "ep ê êu êm ên ênh êch êt êp i ia iu im in inh ich it ip iêm iên iêng iêc iêt iêp iêu o oi om on ong oc ot "
        "op oa oai oao oay oan oang oanh oac oat oap oach oăn oăng oăc oăt oe oen oeo oet oong ooc oam oăm "
        "ô ôi ôm ôn ông ôc ôt ôp ơ ơi ơm ơn ơt ơp u ua ui um un ung uc ut up uân uâng uât uây uê uênh uêch uôi uôm "
        "uôn uông uôc uôt uơ uy uya uyên uyêt uynh uych uyt uyu uyn uyp ue uen ư ưa ưi ưu ưm ưn ưng ưc ưt ươi ươm "
        "ươn ương ươc ươt ươp ươu y yêm yên yêng yêt yêu"
    )
)
_PLAIN_RIMES = frozenset(fold(rime) for rime in _RIMES)
_HUYEN, _HOI, _NGA, _SAC, _NANG = TONES
_TELEX_TONES = {"f": _HUYEN, "r": _HOI, "x": _NGA, "s": _SAC, "j": _NANG}
_VNI_TONES = {"2": _HUYEN, "3": _HOI, "4": _NGA, "1": _SAC, "5": _NANG}
_HAT = {"a": "â", "e": "ê", "o": "ô"}
_HORN = {"a": "ă", "o": "ơ", "u": "ư"}
_VOWELS = frozenset("aăâeêioôơuưy")
_STOPPED = re.compile(r"(c|ch|t|p)$")
#: Rimes of a few loan words (xoong), which more often are the keys of ông and ốc.
_DOUBLED = re.compile(r"oo(ng|c)$")
#: gh, ngh and k stand before e, i and y only; c, g and ng before the others.
_MISSPELT = re.compile(r"(gh|ngh|k(?!h))(?![eiy])|(c(?!h)|g|ng)(?=e)|c(?=[iy])|ng(?=i)")
_LONGEST = 12
_SHORTEST_RUN, _LONGEST_RUN = 4, 30


@lru_cache(maxsize=4096)
def decode(word: str) -> str | None:
    """The syllable that the keys of one lower-case word meant, or None when they are what they are."""
    if not 2 <= len(word) <= _LONGEST or is_syllable(word):
        return None
    if is_plain_syllable(word) and not _DOUBLED.search(word):
        return None
    letters, tone = _read(word)
    return _syllable(letters, tone)


@lru_cache(maxsize=20_000)
def is_plain_syllable(word: str) -> bool:
    """Whether an unmarked word could be a Vietnamese syllable: `nuoc` is, `nuowcs` is not."""
    return any(rime in _PLAIN_RIMES for rime in _rimes_of(word))


def is_syllable(word: str) -> bool:
    """Whether a word with marks is a Vietnamese syllable: `nước` is, `nươcs` is not. False without marks."""
    return not word.isascii() and any(rime in _RIMES for rime in _rimes_of(_parted(word)[0]))


def begun(word: str) -> str:
    """The letters of a word whose keys are still being typed, whatever will come of them: what begins a name.

    >>> begun("nuow"), begun("maaw"), begun("d9e"), begun("trà")
    ('nuo', 'ma', 'de', 'tra')
    """
    return fold("".join(_read(word)[0]))


@lru_cache(maxsize=4096)
def runs(word: str) -> tuple[tuple[str, ...], ...]:
    """How one word may be several that were typed without a space: at most three readings, fewest words first.

    All by their letters: `matong` gives ("mat", "ong") and ("ma", "tong"); keys are read too, so `nuowcsmawms`
    gives ("nuoc", "mam"). Nothing for a true syllable, a short word, or what is no run of syllables.
    """
    folded = fold(word)
    if not _SHORTEST_RUN <= len(folded) <= _LONGEST_RUN or is_plain_syllable(folded):
        return ()
    plain = _cut(folded, _plainly)
    return tuple(plain or ([] if decode(word) else _cut(word, _by_keys)[:1]))


def _plainly(part: str) -> str | None:
    return part if is_plain_syllable(part) and not _MISSPELT.match(part) else None


def _by_keys(part: str) -> str | None:
    return _plainly(part) or (fold(meant) if (meant := decode(part)) else None)


def _cut(word: str, syllable: Callable[[str], str | None]) -> list[tuple[str, ...]]:
    """The ways to cut a word into syllables of two letters or more, at most three, those of fewest parts."""
    ways: list[list[tuple[str, ...]]] = [[] for _ in f" {word}"]
    ways[0] = [()]
    for end in range(2, len(word) + 1):
        found = [
            (*way, part)
            for at in range(max(0, end - _LONGEST), end - 1)
            if ways[at] and (part := syllable(word[at:end]))
            for way in ways[at]
        ]
        ways[end] = sorted(found, key=len)[:3]
    return ways[-1]


def _read(word: str) -> tuple[list[str], str]:
    """Letters and tone of a word, its keys read as Telex or, where it holds digits, as VNI."""
    base, tone = _parted(word)
    letters: list[str] = []
    is_vni = any(sign.isdigit() for sign in word)
    tones, shape = (_VNI_TONES, _vni_shape) if is_vni else (_TELEX_TONES, _telex_shape)
    for key in base:
        if key in tones and not tone and _VOWELS & set(letters):
            tone = tones[key]
        elif not shape(letters, key):
            letters.append(key)
    return letters, tone


def _parted(word: str) -> tuple[str, str]:
    """A word without its tone, and the tone; a second tone stays where it is."""
    signs = unicodedata.normalize("NFD", word)
    tone = next((sign for sign in signs if sign in TONES), "")
    return unicodedata.normalize("NFC", signs.replace(tone, "", 1) if tone else signs), tone


def _telex_shape(letters: list[str], key: str) -> bool:
    """Let a key change a letter before it: dd, aa, ee, oo, and w after a, o, u. False: it is a letter."""
    if key == "d" and letters[:1] == ["d"]:
        letters[0] = "đ"
        return True
    if key in _HAT and key in letters:
        letters[_last(letters, key)] = _HAT[key]
        return True
    if key != "w":
        return False
    if not _horn(letters, "aou"):
        letters.append("ư")  # w alone: ư
    return True


def _vni_shape(letters: list[str], key: str) -> bool:
    """6 puts a hat, 7 a horn, 8 a breve, 9 a bar on a letter before it. False: there is none to change."""
    if key == "9" and letters[:1] == ["d"]:
        letters[0] = "đ"
        return True
    if key == "6":
        found = [place for place, letter in enumerate(letters) if letter in _HAT]
        for place in found[-1:]:
            letters[place] = _HAT[letters[place]]
        return bool(found)
    # A second 7 on a pair that the first has already turned (u7o7) changes nothing more.
    return _horn(letters, {"7": "ou", "8": "a"}.get(key, "")) or (key == "7" and "ơ" in letters)


def _horn(letters: list[str], allowed: str) -> bool:
    """Horn or breve on the last fitting letter; `uo` takes it as one (ươ)."""
    places = [place for place, letter in enumerate(letters) if letter in allowed and letter in _HORN]
    if not places:
        return False
    last = places[-1]
    if letters[last] == "o" and last and letters[last - 1] in "uư" and letters[:last] != ["q", "u"]:
        letters[last - 1] = "ư"
    letters[last] = _HORN[letters[last]]
    return True


def _last(letters: list[str], wanted: str) -> int:
    return len(letters) - 1 - letters[::-1].index(wanted)


def _syllable(letters: list[str], tone: str) -> str | None:
    """Put the tone where it belongs; None when no Vietnamese syllable comes out."""
    base = "".join(letters).replace("ưo", "ươ")
    fitting = [rime for rime in _rimes_of(base) if rime in _RIMES]
    if not fitting or (_STOPPED.search(base) and tone not in ("", _SAC, _NANG)):
        return None
    rime = max(fitting, key=len) if not base.startswith(("gi", "qu")) else min(fitting, key=len)
    place = len(base) - len(rime) + _tone_place(rime)
    return unicodedata.normalize("NFC", base[: place + 1] + tone + base[place + 1 :])


def _rimes_of(word: str) -> list[str]:
    """The rest of a word after each initial that it may begin with, and the word itself."""
    return [word] + [word[len(initial) :] for initial in _INITIALS if word.startswith(initial)]


def _tone_place(rime: str) -> int:
    """The vowel that bears the tone, in the old placement that `normalise` gives too."""
    marked = [place for place, letter in enumerate(rime) if letter in "ăâêôơư"]
    if marked:
        return marked[-1]
    vowels = [place for place, letter in enumerate(rime) if letter in _VOWELS]
    if len(vowels) == 1:
        return vowels[0]
    return vowels[-1] if vowels[-1] < len(rime) - 1 else vowels[-2]
