"""Client of Kolada's API, version 3: key figures for municipalities, with pagination.

A response holds at most 5 000 records and the URL of the next page. A key figure that is an estimate has its margin
of error as a key figure of its own; the two are asked for together, and the reader makes an interval of them.
"""

import json
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from tillsammans.kernel import outgoing
from tillsammans.kernel.progress import Progress

HOST = outgoing.Host("api.kolada.se", pause=1, per_hour=1000, per_day=5000)
NATION = "0000"
MOST = 25  # the API accepts no longer lists in a URL
PAGES = 200

# Key figures that a picture of crime and safety begins with, and those that are estimates with their margins.
KEY_FIGURES = {
    "N07540": "Anmälda brott totalt",
    "N07403": "Anmälda våldsbrott",
    "U07417": "Anmälda stöld- och tillgreppsbrott",
    "U07452": "Anmälda brott om skadegörelse",
    "N07546": "Anmälda bostadsinbrott",
    "N07547": "Anmälda bilbrott",
    "N07543": "Anmälda personrån",
    "N07544": "Anmälda narkotikabrott",
    "N07537": "Anmälda sexualbrott",
    "N07536": "Anmälda brott mot frihet och frid",
    "N07541": "Anmält våld i inomhusmiljö mot barn och unga",
    "N07549": "Anmäld misshandel mot kvinna, inomhus, bekant med offret",
    "N07609": "Otrygghet sen kväll i det egna bostadsområdet (NTU)",
    "N07601": "Förtroende för polisens sätt att bedriva sitt arbete (NTU)",
    "N07633": "Självrapporterad utsatthet för brott mot enskild person (NTU)",
    "N07631": "Öppen narkotikahandel upplevs som problem (NTU)",
    "N00610": "Trygg utomhus när det är mörkt (medborgarundersökningen)",
    "N00612": "Låg oro för inbrott i hemmet (medborgarundersökningen)",
    "N00631": "Polisens närvaro är bra (medborgarundersökningen)",
    "N00301": "Trygghet och säkerhet, kommunindex",
}
MARGINS = {
    "N07609": "N07657",
    "N07601": "N07649",
    "N07633": "N07681",
    "N07631": "N07679",
    "N00610": "U01610",
    "N00612": "U01612",
    "N00631": "U01631",
}


def with_margins(kpis: Sequence[str]) -> list[str]:
    """The key figures, and the margins of those that have one."""
    return [*kpis, *(MARGINS[kpi] for kpi in kpis if kpi in MARGINS and MARGINS[kpi] not in kpis)]


def paths(kpis: Sequence[str], places: Sequence[str]) -> list[str]:
    """The requests: names of the key figures and places, and their values for all years."""
    wanted, kinds = _parts(with_margins(kpis)), _parts(places)
    return [
        *(f"/v3/kpi/{','.join(some)}" for some in wanted),
        *(f"/v3/municipality/{','.join(some)}" for some in kinds),
        *(f"/v3/data/kpi/{','.join(some)}/municipality/{','.join(there)}" for some in wanted for there in kinds),
    ]


def addresses(kpis: Sequence[str], places: Sequence[str]) -> list[str]:
    """The same as full URLs, for fetching by hand."""
    return [outgoing.address(HOST, path) for path in paths(kpis, places)]


def answers(kpis: Sequence[str], places: Sequence[str], progress: Progress) -> bytes:
    """All responses, unchanged, in one JSON list."""
    asked = paths(kpis, places)
    pages: list[bytes] = []
    for done, path in enumerate(asked):
        progress(done, len(asked), _("Hämtar från Kolada."))
        pages += _pages(path, PAGES - len(pages))
    return b"[" + b",\n".join(pages) + b"]"


def _pages(path: str, most: int) -> Iterator[bytes]:
    """A response and its following pages."""
    seen: set[str] = set()
    while path:
        if path in seen or len(seen) >= most:
            raise outgoing.CannotReach(_("Kolada leder vidare utan slut. Välj färre nyckeltal eller kommuner."))
        seen.add(path)
        page = outgoing.fetch(HOST, path).content
        yield page
        path = _next(page)


def _next(page: bytes) -> str:
    """The path of the next page; empty after the last."""
    try:
        answer = json.loads(page)
    except (ValueError, RecursionError) as error:
        raise outgoing.CannotReach(_("Kolada svarade med något annat än statistik. Försök igen senare.")) from error
    following = answer.get("next_url") or answer.get("next_page") if isinstance(answer, dict) else None
    if not following:
        return ""
    parts = urlsplit(str(following))
    if parts.netloc not in ("", HOST.name) or not parts.path.startswith("/v"):
        raise outgoing.CannotReach(
            _("Kolada leder vidare till en annan plats, {other}. Dit går vi inte.").format(other=str(following)[:100])
        )
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _parts(items: Sequence[str]) -> list[Sequence[str]]:
    return [items[start : start + MOST] for start in range(0, len(items), MOST)]
