"""The problems of the demo, as the coordinator describes them: events, sources and causes."""

from typing import Any

from tillsammans.collaboration.models import Collaboration
from tillsammans.config.demo.cast import Cast
from tillsammans.config.demo.figures import BURGLARY, DAMAGE
from tillsammans.formats.crime_types import crime_type_code
from tillsammans.indicators.models import Indicator
from tillsammans.kernel import clock
from tillsammans.picture.actions import add_cause, add_gap, add_statement, create_problem, prioritise_problem
from tillsammans.picture.models import Cause, Picture, Problem

Values = dict[str, Any]

PROBLEMS: dict[str, Values] = {
    "burglary": {
        "title": "Inbrott i bostad, Gimo och Alunda",
        "indicator": BURGLARY,
        "description": "Villor och radhus får påhälsning när ingen är hemma. Smycken, kontanter och elektronik "
        "försvinner.",
        "where": "Gimo norra och Alunda",
        "when": "november–januari, fredag till söndag",
        "affected": "Villaägare, ofta äldre",
        "consequences": "Den som har haft inbrott känner sig otrygg hemma. Grannar vågar inte resa bort på vintern.",
        "disagreement": "Anmälningarna pekar på Gimo norra, hemtjänsten på Alunda.",
    },
    "square": {
        "title": "Otrygghet vid busstorget i Östhammar",
        "indicator": None,
        "description": "Många undviker busstorget på kvällen. De säger att det är mörkt och att ingen vuxen finns där.",
        "where": "Busstorget och gången mot skolan",
        "when": "vardagskvällar efter klockan 18",
        "affected": "Unga och äldre som åker buss",
        "consequences": "Unga låter bli fritidsaktiviteter och äldre stannar hemma.",
        "disagreement": "",
    },
    "trucks": {
        "title": "Störande körning med A-traktor i Öregrund",
        "indicator": None,
        "description": "Boende hör hög musik och snabba starter vid hamnplanen sommarkvällar.",
        "where": "Hamnplanen i Öregrund",
        "when": "juni–augusti, kvällar",
        "affected": "Boende och gäster vid hamnen",
        "consequences": "Störd sömn för dem som bor närmast.",
        "disagreement": "",
    },
    "boats": {
        "title": "Båtmotorstölder på Söderön",
        "indicator": None,
        "description": "Utombordsmotorer monteras ner och förs bort från bryggor och vinterförvaring.",
        "where": "Bryggor och uppläggningsplatser på Söderön",
        "when": "april–maj och september–oktober",
        "affected": "Båtägare, både bofasta och sommarboende",
        "consequences": "Dyrt för den som drabbas. Yrkesfiskare kan förlora flera arbetsdagar.",
        "disagreement": "",
    },
    "damage": {
        "title": "Skadegörelse vid skolorna i Gimo",
        "indicator": DAMAGE,
        "description": "Rutor krossas och väggar klottras på skolgårdarna under kvällar och helger.",
        "where": "Skolgårdarna i Gimo",
        "when": "helger under terminen",
        "affected": "Elever och skolans personal",
        "consequences": "Lagningarna kostar, och en sliten skolgård känns mindre trygg.",
        "disagreement": "Skolans egna anmälningar och polisens siffror täcker inte samma händelser.",
    },
}

# Priority, motivation.
PRIORITIES: dict[str, tuple[str, str]] = {
    "burglary": (
        "chosen",
        "Problemet är stort, oron är hög och vi kan göra något åt belysning, närvaro och grannsamverkan.",
    ),
    "square": ("chosen", "Många berörs varje dag, och kommunen och regionen äger platsen."),
    "trucks": (
        "deselected",
        "Få berörs, och det sker under några veckor om året. Polisen kontrollerar fordonen ändå. Vi ser över beslutet "
        "om klagomålen blir fler.",
    ),
    "boats": ("chosen", "Det har ökat enligt båtklubbarna, och skadan är stor för den som drabbas."),
    "damage": (
        "watched",
        "Skolorna ser mer skadegörelse än polisens siffror visar. Vi väntar på deras egen sammanställning.",
    ),
}

CAUSES: dict[str, tuple[Values, ...]] = {
    "burglary": (
        {
            "text": "Tomma hus syns utifrån under mörka månader",
            "perspective": "situation",
            "level": "direct",
            "support": "data",
            "evidence_for": "Flest inbrott anmäls från november till januari, många på gator utan belysning.",
            "evidence_against": "Hälften av inbrotten sker dagtid.",
        },
        {
            "text": "Få grannar känner varandra i de nya områdena",
            "perspective": "victim",
            "level": "indirect",
            "support": "assumption",
            "evidence_for": "Två av tre grannsamverkansområden i Alunda har lagts ner.",
            "evidence_against": "",
        },
    ),
    "square": (
        {
            "text": "Torget är mörkt och skymt av buskar",
            "perspective": "situation",
            "level": "direct",
            "support": "staff",
            "evidence_for": "Trygghetsvandringen noterade fyra trasiga lampor.",
            "evidence_against": "",
        },
        {
            "text": "Det saknas vuxna på platsen efter att vänthallen stängt",
            "perspective": "situation",
            "level": "direct",
            "support": "staff",
            "evidence_for": "Vänthallen stänger klockan 17, och de flesta klagomål gäller tiden efter.",
            "evidence_against": "",
        },
    ),
}

# What sources say of a problem itself. Boats have sources but no cause yet: a gap in the thread.
STATEMENTS: dict[str, tuple[Values, ...]] = {
    "burglary": (
        {
            "text": "De flesta anmälda inbrotten sker fredag till söndag, i villor som ligger mot skog eller åker.",
            "source_kind": "police",
            "source": "Lokalpolisområde Norduppland",
            "basis": "anmälningar under två år",
            "strength": "good",
        },
        {
            "text": "18 procent oroar sig mycket för inbrott (14–22 procent).",
            "source_kind": "survey",
            "source": "Trygghetsmätningen",
            "basis": "n = 412",
            "strength": "good",
        },
        {
            "text": "Okända bilar kör sakta genom Alunda dagtid.",
            "source_kind": "staff",
            "source": "Hemtjänsten",
            "basis": "9 enheter",
            "strength": "uneven",
        },
        {
            "text": "Mörka gångvägar nämns oftare än inbrott.",
            "source_kind": "dialogue",
            "source": "Dialogen i Gimo",
            "basis": "61 svar",
            "strength": "self_selected",
        },
    ),
    "square": (
        {
            "text": "Fyra av tio flickor i årskurs 8 undviker torget efter klockan 18.",
            "source_kind": "survey",
            "source": "Skolans trygghetsenkät",
            "basis": "n = 187",
            "strength": "good",
        },
        {
            "text": "Förarna ser ofta grupper av unga utan vuxna i närheten.",
            "source_kind": "partner",
            "source": "Region Uppsala, kollektivtrafiken",
            "basis": "12 förare",
            "strength": "uneven",
        },
    ),
    "boats": (
        {
            "text": "Sju medlemmar har blivit av med motorn det senaste året, mot två året före.",
            "source_kind": "partner",
            "source": "Norrskärs båtklubb",
            "basis": "medlemmarnas egna uppgifter",
            "strength": "self_selected",
        },
    ),
    "damage": (
        {
            "text": "Vaktmästarna lagar rutor oftare än förra året.",
            "source_kind": "staff",
            "source": "Skolornas vaktmästare",
            "basis": "4 skolor",
            "strength": "uneven",
        },
    ),
}

GAPS: dict[str, tuple[tuple[str, str], ...]] = {
    "burglary": (
        (
            "Hur många inbrott i Alunda som aldrig anmäls. Bara tre av nio enheter har rapporterat.",
            "Fråga i nästa trygghetsmätning om inbrott som inte anmälts.",
        ),
    ),
    "boats": (
        (
            "Hur många båtmotorer som stjäls. Brås månadsstatistik skiljer inte ut dem.",
            "Be polisen och försäkringsbolagen om en sammanställning.",
        ),
    ),
}


def describe(cast: Cast, collaboration: Collaboration, picture: Picture, key: str) -> Problem:
    """Describe one problem in a picture: what happens, what the sources say, what is not known, and the causes."""
    coordinator = cast.coordinator
    values = dict(PROBLEMS[key])
    label = values.pop("indicator")
    problem = create_problem(
        coordinator,
        None,
        collaboration=collaboration,
        area=cast.areas["0382"],
        picture=picture,
        indicators=[indicator(label)] if label else [],
        **values,
    )
    for statement in STATEMENTS.get(key, ()):
        add_statement(coordinator, problem, source_date=clock.today(), **statement)
    for text, remedy in GAPS.get(key, ()):
        add_gap(coordinator, problem, text=text, remedy=remedy)
    causes: list[Cause] = []
    for cause in CAUSES.get(key, ()):
        # An indirect cause lies behind the direct one before it.
        behind = causes[-1] if causes and cause["level"] == "indirect" else None
        causes.append(add_cause(coordinator, problem, behind=behind, affectable=True, **cause))
    return problem


def prioritise(cast: Cast, problem: Problem, key: str, minutes_reference: str) -> Problem:
    """Let the steering group choose, watch or deselect the problem today."""
    priority, motivation = PRIORITIES[key]
    return prioritise_problem(
        cast.coordinator,
        problem,
        priority=priority,
        motivation=motivation,
        body=cast.bodies["steering"],
        decided_on=clock.today(),
        minutes_reference=minutes_reference,
    )


def indicator(label: str) -> Indicator:
    """The indicator of counts of one of Brå's crime types."""
    return Indicator.objects.get(code=crime_type_code(label))
