"""Three promises to the residents: one kept in part and followed up, one awaiting a signature, and one draft."""

from datetime import date
from typing import NamedTuple

from tillsammans.collaboration.actions import answer_approval
from tillsammans.collaboration.models import Package
from tillsammans.config.demo.cast import Cast
from tillsammans.config.demo.days import Days
from tillsammans.config.demo.pictures import Story
from tillsammans.config.demo.plan import Plans
from tillsammans.kernel import clock
from tillsammans.kernel.scope import Scope, within
from tillsammans.plans.actions import log_activity, log_shared_activity
from tillsammans.promises.actions import offer_promise, publish_promise, write_promise
from tillsammans.promises.models import Promise
from tillsammans.promises.queries import shown_content

PARTIES = ("osthammar", "norduppland")


class Line(NamedTuple):
    """A log entry: how many days after the promise began, of which activity, and how much."""

    day: int
    activity: str
    amount: int
    hours: int
    note: str


# The police log through the package that was shared with them, the municipality directly.
POLICE_ACTIVITIES = frozenset({"patrol"})
PROMISED = (
    Line(18, "lights", 5, 70, "Fem gångvägar i Gimo klara."),
    Line(29, "patrol", 8, 62, "Pratade med många som rastade hund. Lämnade råd vid elva hus."),
    Line(40, "lights", 3, 48, "Tre i Alunda klara, buskarna klippta."),
    Line(52, "neighbours", 1, 20, "Första området igång med tre kontaktpersoner."),
    Line(60, "patrol", 9, 70, "Två kvällar ställdes in för ett annat uppdrag, en togs igen."),
    Line(91, "patrol", 8, 60, "Lugnt. Boende säger att de känner igen oss nu."),
    Line(97, "neighbours", 1, 24, "Andra området igång. Det tredje fick för få anmälda."),
    Line(118, "patrol", 7, 54, ""),
)
# After the follow-up: the remaining activities are done, and the work at the square continues.
AFTERWARDS = (
    Line(150, "adults", 22, 130, "Bäst på torsdagar, när fritidsgården stänger sent."),
    Line(156, "patrol", 2, 15, "De två kvällar som fattades."),
    Line(171, "neighbours", 1, 18, "Tredje området kom igång efter besök från dörr till dörr."),
    Line(178, "square lights", 5, 12, "Resten väntar på nya stolpar."),
)


def offer_the_first(cast: Cast, story: Story, plans: Plans, days: Days) -> Promise:
    """Fewer burglaries: written and offered for signature today."""
    promise = _write(
        cast,
        story,
        plans,
        ("patrol", "lights", "neighbours"),
        title="Färre inbrott i Gimo och Alunda",
        text="Polisen går fotpatrull i Gimo och Alunda 34 fredags- och lördagskvällar. Kommunen lagar belysningen på "
        "åtta gångvägar. Tillsammans startar vi tre områden med grannsamverkan.",
        benefit="Du ser oss på fredags- och lördagskvällarna, och du och dina grannar får hjälp att hålla ihop.",
        basis="61 personer svarade i dialogen, och 18 procent i trygghetsmätningen oroade sig mycket för inbrott.",
        period=days.first_promise,
    )
    return _offer(cast, promise)


def sign(cast: Cast, organisation: str, promise: Promise) -> None:
    """The organisation's signatory signs the text that was offered."""
    package = offered(promise)
    answer_approval(cast.actor(organisation, "signatory"), package, answer="approved", hash=package.hash)


def publish(cast: Cast, promise: Promise) -> Promise:
    """Publish what both parties have signed."""
    return publish_promise(cast.coordinator, promise)


def offered(promise: Promise) -> Package:
    """The text that the parties were asked to sign."""
    if promise.offered is None:
        raise LookupError(f"{promise} has not been offered")
    return promise.offered


def log(cast: Cast, plans: Plans, promise: Promise, line: Line) -> None:
    """Write one line of the log today."""
    done = {"done_on": clock.today(), "amount": line.amount, "hours": line.hours, "note": line.note}
    activity = plans.activities[line.activity]
    if line.activity in POLICE_ACTIVITIES:
        log_shared_activity(cast.police, offered(promise), activity=activity.uuid, **done)
    else:
        log_activity(cast.coordinator, activity, **done)


def offer_the_second(cast: Cast, story: Story, plans: Plans, first: Promise, days: Days) -> Promise:
    """The next promise, which goes on from the first: offered for signature today."""
    return _offer(
        cast,
        _write(
            cast,
            story,
            plans,
            ("patrol again", "door to door"),
            title="Tryggare kvällar i Gimo och Alunda",
            text="Polisen går fotpatrull i Gimo och Alunda 17 fredagskvällar. Kommunen besöker 120 hushåll i Alunda "
            "och hjälper dem som vill att starta grannsamverkan.",
            benefit="Du kan fråga oss direkt vid dörren, och du ser oss på fredagskvällarna.",
            basis="Förra löftet hölls delvis. Grannsamverkan blev svårare än vi trodde, så nu börjar vi vid dörren.",
            period=days.next_promise,
            previous=first,
        ),
    )


def draft_the_third(cast: Cast, story: Story, plans: Plans, days: Days) -> None:
    """A promise that nobody has offered yet."""
    _write(
        cast,
        story,
        plans,
        ("dark paths",),
        title="Ljus på tre mörka gångvägar i Gimo",
        text="Kommunen sätter upp ny belysning på tre gångvägar i Gimo norra.",
        benefit="Du ser var du går, och andra ser dig.",
        basis="Mörka gångvägar nämns oftast i dialogen i Gimo.",
        period=days.next_promise,
    )


def _write(
    cast: Cast,
    story: Story,
    plans: Plans,
    activities: tuple[str, ...],
    *,
    title: str,
    text: str,
    benefit: str,
    basis: str,
    period: tuple[date, date],
    previous: Promise | None = None,
) -> Promise:
    return write_promise(
        cast.coordinator,
        story.problems["burglary"],
        area=cast.areas["0382"],
        title=title,
        text=text,
        benefit=benefit,
        basis=basis,
        starts_on=period[0],
        ends_on=period[1],
        parties=[cast.organisations[slug] for slug in PARTIES],
        activities=[plans.activities[key] for key in activities],
        previous=previous,
    )


def _offer(cast: Cast, promise: Promise) -> Promise:
    coordinator = cast.coordinator
    with within(Scope(coordinator.organisation_id)):
        shown = shown_content(Promise.objects.get(pk=promise.pk))[1]
    return offer_promise(coordinator, promise, shown=shown)
