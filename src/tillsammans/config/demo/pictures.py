"""Three situational pictures: one adopted a year ago, the last tertial's, and the draft that the parties read now."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tillsammans.collaboration.actions import comment_package, open_package
from tillsammans.collaboration.models import Collaboration, Package
from tillsammans.config.demo import problems
from tillsammans.config.demo.cast import Cast
from tillsammans.config.demo.days import month_start, tertial_before, tertial_words
from tillsammans.config.demo.figures import BURGLARY, DAMAGE, THEFTS
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.scope import Scope, within
from tillsammans.picture.actions import (
    add_figure,
    add_gap,
    add_section,
    add_statement,
    adopt_picture,
    create_picture,
    create_problem,
    edit_picture,
    edit_section,
    share_picture,
)
from tillsammans.picture.models import Picture, Problem, Section
from tillsammans.picture.queries import picture_text

METHOD = (
    "Vi har gått igenom anmälda brott, frågat polis, skola, hemtjänst och bostadsbolag, och läst svaren från "
    "trygghetsmätningen. Styrgruppen har vägt källorna mot varandra."
)
TEXTS = {
    "mapping": (
        "Så ser brottsligheten ut",
        "Stölder och skadegörelse är vanligast. Inbrotten i bostad sker mest i november till januari, i utkanten av "
        "Gimo och Alunda. Våldet sker mest i hemmet och på helgkvällar.",
    ),
    "other": (
        "Trygghet och andra uppgifter",
        "Fler oroar sig för inbrott än som drabbas. Unga och äldre undviker busstorget på kvällen.",
    ),
    "analysis": (
        "Vad det betyder",
        "Inbrotten hänger ihop med mörker, tomma hus och att grannar inte känner varandra. Det kan vi påverka med "
        "belysning, närvaro och grannsamverkan. Busstorget är en fråga om hur platsen ser ut och vem som finns där.",
    ),
    "looking_ahead": (
        "Framåt",
        "Nästa år flyttar många in i de nya villaområdena i Alunda. Vänthallen vid busstorget byggs om.",
    ),
}
TIERP = "Skadegörelse vid stationen i Tierp"


@dataclass
class Story:
    """The collaboration and its problems by short name, added to as the history proceeds."""

    collaboration: Collaboration
    problems: dict[str, Problem] = field(default_factory=dict)


def adopt_the_first(cast: Cast, story: Story) -> Picture:
    """The first picture, with two chosen problems and one deselected; the executive board adopts it today."""
    coordinator, area = cast.coordinator, cast.areas["0382"]
    starts, ends = tertial_before(clock.today())
    picture = create_picture(
        coordinator,
        None,
        collaboration=story.collaboration,
        area=area,
        title=f"Lägesbild Östhammar {tertial_words(starts)}",
        starts_on=starts,
        ends_on=ends,
    )
    edit_picture(
        coordinator,
        picture,
        version=None,
        method=METHOD,
        summary="Inbrotten i bostad är det som oroar mest. De sker i Gimo och Alunda när det är mörkt. "
        "Vi väljer också att arbeta med otryggheten vid busstorget.",
    )
    sections = {section.kind: section for section in Section.objects.filter(picture=picture)}
    for kind, (heading, text) in TEXTS.items():
        edit_section(coordinator, sections[kind], version=None, heading=heading, text=text)
    _draw(cast, sections["mapping"], ends)
    add_statement(
        coordinator,
        sections["other"],
        text="72 procent känner sig trygga ute sent på kvällen (67–77 procent).",
        source_kind="survey",
        source="Trygghetsmätningen",
        source_date=clock.today(),
        basis="n = 412",
        strength="good",
    )
    add_section(
        coordinator,
        picture,
        kind="other",
        heading="Internt: arbetsläget hos parterna",
        text="Polisen har en vakans bland områdespoliserna till årsskiftet.",
        public=False,
    )
    add_gap(
        coordinator,
        picture,
        text="Hur unga har det på kvällarna. Fritidsgårdarna för ingen egen statistik.",
        remedy="Fråga ungdomsrådet och låt fritidsgårdarna räkna under två veckor.",
    )
    for key in ("burglary", "square", "trucks"):
        story.problems[key] = problems.describe(cast, story.collaboration, picture, key)
    for number, key in enumerate(("burglary", "square", "trucks"), start=4):
        story.problems[key] = problems.prioritise(cast, story.problems[key], key, f"§ {number}")
    return _adopt(cast, picture, "§ 112")


def adopt_the_second(cast: Cast, story: Story, previous: Picture) -> Picture:
    """The last tertial's picture: from the first one, with two more problems, adopted today."""
    coordinator = cast.coordinator
    picture = _next(cast, story, previous, *tertial_before(clock.today()))
    edit_picture(
        coordinator,
        picture,
        version=None,
        summary="Inbrotten i bostad oroar fortfarande mest, och vi har berättat hur det gick med löftet om dem. "
        "Båtmotorer stjäls oftare enligt båtklubbarna. Otryggheten vid busstorget är kvar.",
    )
    other = Section.objects.filter(picture=picture, kind="other").order_by("position")[0]
    for text, kind, source, basis, strength in (
        ("Tre av nio enheter har sett något som oroar dem.", "staff", "Hemtjänsten", "9 enheter", "uneven"),
        (
            "Bryggor utan belysning nämns i nästan varje svar.",
            "dialogue",
            "Dialogen på Söderön",
            "34 svar",
            "self_selected",
        ),
        (
            "Fler ringer om störande trafik än om brott.",
            "police",
            "Lokalpolisområde Norduppland",
            "samtal under tertialet",
            "good",
        ),
    ):
        add_statement(
            coordinator,
            other,
            text=text,
            source_kind=kind,
            source=source,
            source_date=clock.today(),
            basis=basis,
            strength=strength,
        )
    for number, key in enumerate(("boats", "damage"), start=17):
        described = problems.describe(cast, story.collaboration, picture, key)
        story.problems[key] = problems.prioritise(cast, described, key, f"§ {number}")
    return _adopt(cast, picture, "§ 98")


def start_the_third(cast: Cast, story: Story, previous: Picture) -> Picture:
    """A draft of the tertial that goes on now."""
    starts = month_start(previous.ends_on, 1)
    picture = _next(cast, story, previous, starts, month_start(starts, 4) - timedelta(days=1))
    return edit_picture(
        cast.coordinator,
        picture,
        version=None,
        summary="Utkast: skadegörelsen ser ut att ha ökat de senaste månaderna, men det är för tidigt att säga "
        "säkert. Vi behöver parternas bild av Söderön innan vi kan säga varför motorerna stjäls.",
    )


def share_the_draft(cast: Cast, draft: Picture) -> Package:
    """Send the draft to the parties and ask the police to approve it."""
    return share_picture(
        cast.coordinator,
        draft,
        shown=_shown(cast.coordinator, draft),
        purpose="Läs, rätta och komplettera innan kommunstyrelsen antar lägesbilden.",
        ground="agreement",
        receivers=[cast.organisations["norrskar-bostader"], cast.organisations["region-uppsala"]],
        approvers=[cast.organisations["norduppland"]],
    )


def comment_on_the_draft(cast: Cast, package: Package) -> None:
    """The police read the draft and say what is missing."""
    open_package(cast.police, package)
    comment_package(
        cast.police,
        package,
        text="Bra utkast. På Söderön ser vi att stölderna sker nätter mot måndag, när färjan har gått. Lägg gärna in "
        "det bland källorna, så kan vi skriva under sedan.",
    )


def begin_a_picture_in_tierp(cast: Cast, collaboration: Collaboration) -> None:
    """A picture of another collaboration: Östhammar must not see it."""
    actor, area = cast.actor("tierp", "coordinator"), cast.areas["0360"]
    starts, ends = tertial_before(clock.today())
    picture = create_picture(
        actor,
        None,
        collaboration=collaboration,
        area=area,
        title=f"Lägesbild Tierp {tertial_words(starts)}",
        starts_on=starts,
        ends_on=ends,
    )
    create_problem(
        actor,
        None,
        collaboration=collaboration,
        area=area,
        picture=picture,
        title=TIERP,
        indicators=[problems.indicator(DAMAGE)],
        description="Väntkuren och cykelstället skadas på helgerna.",
        where="Stationsområdet",
        when="helger",
    )


def _next(cast: Cast, story: Story, previous: Picture, starts: date, ends: date) -> Picture:
    return create_picture(
        cast.coordinator,
        None,
        collaboration=story.collaboration,
        area=cast.areas["0382"],
        title=f"Lägesbild Östhammar {tertial_words(starts)}",
        starts_on=starts,
        ends_on=ends,
        previous=previous,
    )


def _draw(cast: Cast, section: Section, ends: date) -> None:
    """Burglary and damage from the first figure on, and thefts of bicycles beside the neighbours'."""
    last = ends.strftime("%Y-%m")
    area = cast.areas["0382"]
    neighbours = [cast.areas[code] for code in ("0319", "0331", "0360")]
    add_figure(
        cast.coordinator,
        section,
        kind="time_series",
        indicator=problems.indicator(BURGLARY),
        area=area,
        comment="Toppen kommer varje vinter.",
        last_period=last,
    )
    add_figure(
        cast.coordinator,
        section,
        kind="time_series",
        indicator=problems.indicator(DAMAGE),
        area=area,
        comment="Anmälningarna är fler under terminerna.",
        last_period=last,
    )
    add_figure(
        cast.coordinator,
        section,
        kind="comparison",
        indicator=problems.indicator(THEFTS[0].label),
        area=area,
        compared_with=neighbours,
        comment="Kommunerna är olika, så jämför med försiktighet.",
        last_period=last,
    )


def _adopt(cast: Cast, picture: Picture, minutes_reference: str) -> Picture:
    adopted = adopt_picture(
        cast.coordinator,
        picture,
        shown=_shown(cast.coordinator, picture),
        body=cast.bodies["board"],
        decided_on=clock.today(),
        minutes_reference=minutes_reference,
    )
    return adopted.picture


def _shown(actor: Actor, picture: Picture) -> str:
    """The hash of what the coordinator sees on the page before confirming."""
    with within(Scope(actor.organisation_id)):
        return content_hash(picture_text(Picture.objects.get(pk=picture.pk)))


def open_what_was_received(cast: Cast) -> None:
    """The county board opens what the standing shares have sent so far; what comes later is unread."""
    county = cast.actor("uppsala-lan", "county_coordinator")
    with within(Scope(county.organisation_id)):
        received = list(Package.objects.filter(receivers__receiver_id=county.organisation_id).order_by("pk"))
    for package in received:
        open_package(county, package)
