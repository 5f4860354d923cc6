"""What was meant when a Vietnamese keyboard was off: `nuowcs` (Telex) and `nu7o7c1` (VNI) are `nước`.

Pure. A word is only read so when the outcome is a possible Vietnamese syllable and the keys as they stand
are not one, so that brands and English words stay what they are.
"""

import re
import unicodedata
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


@lru_cache(maxsize=4096)
def decode(word: str) -> str | None:
    """The syllable that the keys of one lower-case word meant, or None when they are what they are."""
    if not word.isascii() or not 2 <= len(word) <= 12:
        return None
    if is_plain_syllable(word):
        return None
    return _vni(word) if any(sign.isdigit() for sign in word) else _telex(word)


def is_plain_syllable(word: str) -> bool:
    """Whether an unmarked word could be a Vietnamese syllable: `nuoc` is, `nuowcs` is not."""
    return any(rime in _PLAIN_RIMES for rime in _rimes_of(word))


def _telex(word: str) -> str | None:
    letters: list[str] = []
    tone = ""
    for key in word:
        if key in _TELEX_TONES and not tone and _VOWELS & set(letters):
            tone = _TELEX_TONES[key]
        elif not _telex_shape(letters, key):
            letters.append(key)
    return _syllable(letters, tone)


def _telex_shape(letters: list[str], key: str) -> bool:
    """Let a key change a letter before it: dd, aa, ee, oo, and w after a, o, u. False: it is a letter."""
    if key == "d" and letters[:1] == ["d"]:
        letters[0] = "đ"
        return True
    if key in _HAT and key in letters:
        letters[_last(letters, key)] = _HAT[key]
        return True
    return key == "w" and _horn(letters, "aou")


def _vni(word: str) -> str | None:
    letters: list[str] = []
    tone = ""
    for key in word:
        if not key.isdigit():
            letters.append(key)
        elif key in _VNI_TONES and not tone:
            tone = _VNI_TONES[key]
        elif not _vni_shape(letters, key):
            return None
    return _syllable(letters, tone)


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
    base = "".join(letters)
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
