"""Brå's crime types: a stable code per label and tree, and the hierarchy of types, so that none is counted twice.

Brå has two trees with other identities and partly other labels: one by month and quarter, one by year. A type is
therefore known by tree and label together, never by label alone.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from tillsammans.kernel.text import normal, slug

Tree = Literal["manad", "ar"]

# The tree for months and quarters in municipalities, as Brå's statistics database shows it: each type with what lies
# directly inside it.
_MONTH_TREE: dict[str, tuple[str, ...]] = {
    "Totalt antal brott": ("Brott mot brottsbalken", "Brott mot specialstraffrättsliga författningar"),
    "Brott mot brottsbalken": (
        "3-7 kap. Brott mot person",
        "8-12 kap. Brott mot förmögenhet",
        "13-15 kap. Brott mot allmänheten",
        "16-20 kap. Brott mot staten",
        "22 kap. Om landsförräderi m.m.",
    ),
    "3-7 kap. Brott mot person": (
        "3 kap. Brott mot liv och hälsa",
        "4 kap. Brott mot frihet och frid",
        "5 kap. Ärekränkningsbrott",
        "6 kap. Sexualbrott",
        "7 kap. Brott mot familj",
    ),
    "3 kap. Brott mot liv och hälsa": ("därav misshandel inkl. grov",),
    "8-12 kap. Brott mot förmögenhet": (
        "8 kap. Stöld, rån m.m.",
        "9 kap. Bedrägeri och annan oredlighet",
        "10 kap. Förskingring och annan trolöshet",
        "11 kap. Brott mot borgenärer m.m.",
        "12 kap. Skadegörelsebrott",
    ),
    "8 kap. Stöld, rån m.m.": (
        "därav biltillgrepp",
        "därav cykeltillgrepp",
        "därav fickstöld",
        "därav inbrottsstöld i bostad",
        "därav rån, inkl. grovt",
        "därav stöld och snatteri i butik, varuhus o.d.",
        "därav stöld ur och från motordrivet fordon",
    ),
    "13-15 kap. Brott mot allmänheten": (
        "13 kap. Allmänfarliga brott",
        "14 kap. Förfalskningsbrott",
        "15 kap. Mened, falskt åtal m.m.",
    ),
    "16-20 kap. Brott mot staten": (
        "16 kap. Brott mot allmän ordning",
        "17 kap. Brott mot allmän verksamhet",
        "18-20 kap. Högmålsbrott, brott mot rikets säkerhet, tjänstefel m.m.",
    ),
    "Brott mot specialstraffrättsliga författningar": (
        "Brott mot trafikbrottslagen",
        "Brott mot narkotikastrafflagen",
        "Brott mot miljöbalken",
        "Lag om straff för smuggling",
        "Brott mot skattebrottslagen m.m.",
        "Alkohollagen",
        "Vapenlagen",
        "Brott mot bidragsbrottslagen",
        "Övriga specialstraffrättsliga författningar",
    ),
}


@dataclass(frozen=True, slots=True)
class CrimeType:
    """A crime type of one tree. ``parent`` is the code of the type it is part of, ``None`` at the top or if unknown.

    ``share`` is true for a "därav" row: one part among others that are not shown, so the parts do not add up.
    """

    code: str
    label: str
    parent: str | None
    share: bool
    known: bool


def tree_of(period: str) -> Tree:
    """The tree that a period's figures belong to: ``2020`` the year's, ``2020-01`` and ``2020-Q1`` the month's."""
    return "ar" if len(period) == 4 else "manad"


def crime_type_code(label: str, tree: Tree = "manad") -> str:
    """The stable code of a label, for instance ``bra.manad.3-kap-brott-mot-liv-och-halsa``."""
    return f"bra.{tree}.{slug(label)}"


def crime_type(label: str, tree: Tree = "manad") -> CrimeType:
    """The crime type of a label; an unknown label gets a code and no parent."""
    code = crime_type_code(label, tree)
    label = normal(label)
    share = label.casefold().startswith("därav ")
    if tree == "manad" and code in _parents():
        return CrimeType(code, label, _parents()[code], share, known=True)
    return CrimeType(code, label, None, share, known=False)


def lineage(code: str) -> tuple[str, ...]:
    """The codes that a type lies inside, nearest first."""
    parent = _parents().get(code)
    return () if parent is None else (parent, *lineage(parent))


def overlap(one: str, other: str) -> bool:
    """Whether two codes count, or may count, the same crimes, so that their figures must never be added.

    Types whose place in a tree is unknown may overlap with any, and so may types of different trees.
    """
    if one == other or one not in _parents() or other not in _parents():
        return True
    return one in lineage(other) or other in lineage(one)


@cache
def _parents() -> dict[str, str | None]:
    parents: dict[str, str | None] = {crime_type_code("Totalt antal brott"): None}
    for parent, parts in _MONTH_TREE.items():
        parents |= {crime_type_code(part): crime_type_code(parent) for part in parts}
    return parents
