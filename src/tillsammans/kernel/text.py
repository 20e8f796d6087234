"""Swedish search and sort, the same on every database.

SQLite sorts Älvdalen before Åre, and its LIKE misses "osthammar"; so names are stored beside a folded form that is
searched, and a key that is sorted by.
"""

import re
import unicodedata

# æ, ø and ü have their place in the Swedish alphabet; the others are written out.
_SAME_LETTER = str.maketrans({"æ": "ä", "ø": "ö", "ü": "y", "ð": "d", "đ": "d", "ł": "l", "þ": "th", "œ": "oe"})
# å, ä, ö come after z in that order. Letters only: a database's collation may skip signs.
_AFTER_Z = str.maketrans({"å": "zza", "ä": "zzb", "ö": "zzc"})
_SIGNS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+")


def normal(text: str) -> str:
    """``text`` as NFC with every run of white space, also non-breaking, as one blank, and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def folded(text: str) -> str:
    """The form that is searched: no case, no marks over letters. "osthammar" finds "Östhammar"."""
    plain = normal(text).casefold().translate(_SAME_LETTER)
    return "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))


def swedish_key(text: str) -> str:
    """A key for Swedish collation: å, ä, ö last and in that order, numbers by size, signs as a blank."""
    letters = normal(text).casefold().translate(_SAME_LETTER).translate(_AFTER_Z)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(sign))
    return _SIGNS.sub(" ", _NUMBER.sub(lambda number: number[0].zfill(6), plain)).strip()


def slug(text: str) -> str:
    """``text`` as a part of a code or an address: a-z and 0-9, joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", folded(text)).strip("-")
