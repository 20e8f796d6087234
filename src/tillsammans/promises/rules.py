"""What must hold of a promise: its states, its periods, who must have signed, and what makes it concrete."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.kernel.access import RuleBroken
from tillsammans.parties.models import Organisation
from tillsammans.promises.content import PromiseContent
from tillsammans.promises.models import Promise

State = Promise.State

# From each state, the states that may follow.
FOLLOWS: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.OFFERED, State.WITHDRAWN}),
    State.OFFERED: frozenset({State.DRAFT, State.PUBLISHED}),
    State.PUBLISHED: frozenset({State.WITHDRAWN}),
    State.WITHDRAWN: frozenset({State.DRAFT}),
}

# A promise is a municipality's and the police's together; others may join them.
NEEDED_KINDS = (Organisation.Kind.MUNICIPALITY, Organisation.Kind.POLICE)

REPORTED_WITHIN = timedelta(days=60)
USUALLY_REPORTED_AFTER = timedelta(days=30)
WAITED_LONG = timedelta(days=7)
LONG_SENTENCE = 20
LONG_TEXT = 600


def check_days(starts_on: date, ends_on: date, report_by: date) -> None:
    """Raise ``RuleBroken`` unless the promise ends after it starts and is reported after it has ended."""
    if ends_on < starts_on:
        raise RuleBroken(gettext_lazy("Slutdatumet ligger före startdatumet."), "ends_on")
    if report_by <= ends_on:
        raise RuleBroken(gettext_lazy("Löftet redovisas när det är slut. Välj en dag efter slutdatumet."), "report_by")


def missing_kinds(kinds: Iterable[str]) -> list[str]:
    """The kinds of organisation, in words, that a promise needs and that are not among ``kinds``."""
    present = set(kinds)
    return [str(Organisation.Kind(kind).label) for kind in NEEDED_KINDS if kind not in present]


@dataclass(frozen=True, slots=True)
class Period:
    """A period to choose: its key in the form, what it is called, and its first and last day."""

    key: str
    name: str
    starts_on: date
    ends_on: date


def coming_periods(today: date) -> tuple[Period, ...]:
    """The present and the next tertial and quarter, and this and the next year, as a promise may follow them."""
    result = []
    for months, word in ((4, _("Tertial")), (3, _("Kvartal")), (12, _("År"))):
        first = date(today.year, (today.month - 1) // months * months + 1, 1)
        for start in (first, _months_later(first, months)):
            number = (start.month - 1) // months + 1
            name = f"{word} {start.year}" if months == 12 else f"{word} {number} {start.year}"
            result.append(Period(f"{months}-{start}", name, start, _months_later(start, months) - timedelta(days=1)))
    return tuple(result)


def period_after(starts_on: date, ends_on: date) -> tuple[date, date]:
    """The period of the same length that follows: whole months where the first was whole months, else days."""
    following = ends_on + timedelta(days=1)
    if starts_on.day == 1 and following.day == 1:
        months = (following.year - starts_on.year) * 12 + following.month - starts_on.month
        return following, _months_later(following, months) - timedelta(days=1)
    return following, following + (ends_on - starts_on)


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)


# Words that say that something may be done, but not what. Each is a pattern over whole words.
_VAGUE = re.compile(
    r"\b(?:arbeta[rt]?\s+(?:för|med|mot)|jobba[rt]?\s+(?:för|med|mot)|verka[rt]?\s+för|fokusera[rt]?(?:\s+på)?|"
    r"satsa[rt]?\s+på|sträva[rt]?\s+efter|försök(?:a|er)|bidra[r]?\s+till|främja[rt]?|"
    r"i\s+(?:största|möjligaste)(?:\s+möjliga)?\s+mån|så\s+långt\s+(?:det\s+är\s+)?möjligt|om\s+möjligt|"
    r"(?:vid|efter)\s+behov|när\s+(?:tid|resurser)\s+finns|regelbundet|kontinuerligt|löpande|"
    r"ser?\s+över|prioritera[rt]?|uppmärksamma[rt]?)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\d|\b(?:en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|tjugo|trettio|hundra|varje|alla|samtliga|båda)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+")


def vague_words(text: str) -> list[str]:
    """The words in ``text`` that promise nothing that can be seen, as they stand there, each once."""
    return list(dict.fromkeys(match.group() for match in _VAGUE.finditer(text)))


def marked(text: str) -> list[tuple[str, bool]]:
    """``text`` in pieces: (piece, whether it is vague). The pieces together are the text."""
    pieces, end = [], 0
    for match in _VAGUE.finditer(text):
        pieces += [(text[end : match.start()], False), (match.group(), True)]
        end = match.end()
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


def long_sentences(text: str) -> list[str]:
    """The sentences of more than ``LONG_SENTENCE`` words."""
    sentences = (match.group().strip() for match in _SENTENCE.finditer(text))
    return [sentence for sentence in sentences if len(sentence.split()) > LONG_SENTENCE]


@dataclass(frozen=True, slots=True)
class Check:
    """One point of the quality check: what it looks for, whether it holds, what to do, and the words that fail."""

    name: str
    holds: bool
    advice: str = ""
    where: tuple[str, ...] = ()


def quality(content: PromiseContent, *, prioritised: bool, causes: int) -> tuple[Check, ...]:
    """How concrete a promise is: advice, never a bar.

    ``prioritised``: whether its problem was chosen by the leaders. ``causes``: how many causes its activities are
    aimed at. The points follow Brå's and the police's advice on concrete promises: an actor, a verb of doing, a
    number, a day and a place for each activity; a problem with its cause; a day of report; plain words.
    """
    activities = content.activities
    busy = {activity.actor_uuid for activity in activities}
    idle = tuple(party.name for party in content.parties if party.uuid not in busy)
    vague = tuple(
        dict.fromkeys(
            word for text in (content.title, content.text, *(a.verb for a in activities)) for word in vague_words(text)
        )
    )
    countless = tuple(a.verb for a in activities if not a.number and not _AMOUNT.search(a.verb))
    outside = tuple(a.verb for a in activities if not content.starts_on <= a.due_on <= content.ends_on)
    placeless = tuple(a.verb for a in activities if not a.place)
    long = tuple(long_sentences(f"{content.text}\n{content.benefit}"))
    late = content.report_day - content.end > REPORTED_WITHIN
    return (
        Check(
            _("Alla parter gör något"),
            not idle,
            _("Den här parten lovar utan att ha en aktivitet. Planera en, eller ta bort parten."),
            idle,
        ),
        Check(
            _("Inga vaga ord"),
            not vague,
            _("Byt de markerade orden mot något som går att se: går, lagar, besöker, startar."),
            vague,
        ),
        Check(
            _("Går att räkna"),
            bool(activities) and not countless,
            _("Skriv hur många eller hur ofta. Om det görs en enda gång är det bra som det är."),
            countless,
        ),
        Check(
            _("Datum inom perioden"),
            bool(activities) and not outside,
            _("Aktiviteten ska vara klar en dag som ligger utanför löftets period. Ändra den ena eller den andra."),
            outside,
        ),
        Check(
            _("Plats"),
            bool(activities) and not placeless,
            _("Skriv platsen eller vilka det gäller. Den som bor där ska känna igen sig."),
            placeless,
        ),
        Check(
            _("Problem och orsak"),
            prioritised and causes > 0,
            _("Prioritera problemet.")
            if not prioritised
            else _("Åtgärden saknar orsak. Lägg till en på problemets sida."),
        ),
        Check(
            _("Nyttan för den som bor här"),
            bool(content.benefit.strip()),
            _("Skriv en mening om vad invånaren ser eller märker när löftet är hållet."),
        ),
        Check(
            _("Varför just det här"),
            bool(content.basis.strip()),
            _("Nämn dialogen, trygghetsmätningen eller kunskapen om platsen som löftet bygger på."),
        ),
        Check(
            _("Redovisning i tid"),
            not late,
            _("Redovisa inom {days} dagar från slutdagen, medan invånarna minns löftet.").format(
                days=REPORTED_WITHIN.days
            ),
        ),
        Check(
            _("Kort och lätt text"),
            not long and len(content.text) <= LONG_TEXT,
            _("Dela meningar med fler än {words} ord. Håll löftet under {signs} tecken.").format(
                words=LONG_SENTENCE, signs=LONG_TEXT
            ),
            long,
        ),
    )


def failing(checks: Sequence[Check]) -> int:
    """How many points do not hold."""
    return sum(not check.holds for check in checks)
