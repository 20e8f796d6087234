"""Organisations, people and roles of the demo. Every person is invented, and so are the two companies."""

import io
from dataclasses import dataclass, field
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from tillsammans.areas.loading import load_areas
from tillsammans.areas.models import Area
from tillsammans.areas.queries import area_with
from tillsammans.config.demo.figures import MUNICIPALITIES
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor
from tillsammans.parties.actions import add_body, describe_organisation, set_look
from tillsammans.parties.models import Body, Organisation, Person, Role
from tillsammans.parties.queries import actor_of_job, common_organisation

ROLES_BEGAN = date(2023, 7, 1)

# Slug: name, kind, and the municipalities that it covers.
ORGANISATIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "osthammar": ("Östhammars kommun", "municipality", ("0382",)),
    "tierp": ("Tierps kommun", "municipality", ("0360",)),
    "alvkarleby": ("Älvkarleby kommun", "municipality", ("0319",)),
    "heby": ("Heby kommun", "municipality", ("0331",)),
    "knivsta": ("Knivsta kommun", "municipality", ("0330",)),
    "enkoping": ("Enköpings kommun", "municipality", ("0381",)),
    "uppsala": ("Uppsala kommun", "municipality", ("0380",)),
    "habo": ("Håbo kommun", "municipality", ("0305",)),
    "norduppland": ("Lokalpolisområde Norduppland", "police", ("0319", "0360", "0382")),
    "uppsala-knivsta": ("Lokalpolisområde Uppsala-Knivsta", "police", ("0330", "0380")),
    "uppsala-lan": ("Länsstyrelsen i Uppsala län", "county_board", tuple(MUNICIPALITIES)),
    "region-uppsala": ("Region Uppsala", "region", tuple(MUNICIPALITIES)),
    "kriminalvarden": ("Kriminalvården, frivården i Uppsala", "prison_and_probation", tuple(MUNICIPALITIES)),
    "norrskar-bostader": ("Norrskär Bostäder AB", "housing", ("0382",)),
    "norrskars-batklubb": ("Norrskärs båtklubb", "association", ("0382",)),
}

# Name, organisation, kind of role, title, whether the person signs.
PEOPLE: tuple[tuple[str, str, str, str, bool], ...] = (
    ("Karin Ek", "osthammar", "coordinator", "Trygghetssamordnare", False),
    ("Johan Berg", "norduppland", "municipality_police", "Kommunpolis", False),
    ("Eva Lind", "osthammar", "signatory", "Kommunstyrelsens ordförande", True),
    ("Peter Ström", "norduppland", "signatory", "Lokalpolisområdeschef", True),
    ("Anna Dahl", "uppsala-lan", "county_coordinator", "Regional samordnare", False),
    ("Per Nord", "osthammar", "administrator", "Administratör", False),
    ("Samira Åkesson", "osthammar", "member", "Skolsamordnare", False),
    ("Lisa Vik", "osthammar", "reader", "Enhetschef i hemtjänsten", False),
    ("Erik Sand", "norduppland", "member", "Områdespolis", False),
    ("Olle Frisk", "tierp", "coordinator", "Säkerhetssamordnare", False),
    ("Maria Holm", "region-uppsala", "coordinator", "Utvecklingsledare", False),
    ("Amir Sundin", "norrskar-bostader", "coordinator", "Trygghetsansvarig", False),
    ("Birgitta Skog", "norrskars-batklubb", "coordinator", "Ordförande i båtklubben", False),
    ("Tove Ask", "kriminalvarden", "reader", "Kriminalvårdsinspektör", False),
    ("Nils Drift", "gemensamt", "operator", "Driftansvarig", False),
)

# Who writes which party card: mandate, what we bring, what we may not share, how to reach us.
CARDS: dict[str, tuple[str, str, str, str, str]] = {
    "osthammar": (
        "coordinator",
        "Kommunen ansvarar för det lokala brottsförebyggande arbetet. Kommunstyrelsen leder det och "
        "trygghetssamordnaren håller ihop det.",
        "Skola, socialtjänst, fritid, belysning, snöröjning och planering. Vi kan ändra hur platser ser ut och sköts.",
        "Uppgifter om enskilda från socialtjänst, skola och hemtjänst. Vi delar bara sammanställningar.",
        "Trygghetssamordnaren, helgfria vardagar 8–16. trygg@exempel.se",
    ),
    "norduppland": (
        "municipality_police",
        "Vi förebygger brott, övervakar ordningen och utreder brott i Älvkarleby, Tierp och Östhammar.",
        "Kunskap om var och när brott sker, synlig närvaro på kvällar och helger, och kontakt med grannsamverkan.",
        "Underrättelser, pågående utredningar och uppgifter om enskilda.",
        "Kommunpolisen. Ring 112 när det är bråttom och 114 14 annars. kommunpolis@exempel.se",
    ),
    "uppsala-lan": (
        "county_coordinator",
        "Vi stödjer länets kommuner i det brottsförebyggande arbetet och följer hur det går.",
        "Utbildning, nätverk för samordnare och en samlad bild av länet.",
        "Underlag som en kommun har delat med oss delar vi inte vidare utan att fråga.",
        "Regional samordnare. samordnare@exempel.se",
    ),
    "norrskar-bostader": (
        "coordinator",
        "Vi hyr ut lägenheter i Östhammar, Gimo och Alunda.",
        "Trygghetsronder, belysning på gårdarna, lås och dörrar, och kontakt med de boende.",
        "Uppgifter om enskilda hyresgäster.",
        "Trygghetsansvarig. trygghet@exempel.se",
    ),
    "region-uppsala": (
        "coordinator",
        "Vi ansvarar för hälso- och sjukvård och kollektivtrafik i länet.",
        "Förarnas iakttagelser på busslinjer och hållplatser, och hur hållplatser byggs.",
        "Uppgifter om patienter, också på en nivå där någon kan kännas igen.",
        "Utvecklingsledaren. trafik@exempel.se",
    ),
}


@dataclass
class Cast:
    """Organisations by slug, people by organisation and role, and the areas of the demo."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[tuple[str, str], Person] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)

    def actor(self, organisation: str, role: str) -> Actor:
        """The person in that role, acting for the organisation with what the role allows on the clock's day."""
        return actor_of_job(self.people[organisation, role].pk, self.organisations[organisation].pk)

    @property
    def coordinator(self) -> Actor:
        """Östhammar's coordinator, who does most of the deeds."""
        return self.actor("osthammar", "coordinator")

    @property
    def police(self) -> Actor:
        """The municipality police officer in Norduppland."""
        return self.actor("norduppland", "municipality_police")

    @property
    def operator(self) -> Actor:
        """The operator of the installation, who imports common data."""
        return self.actor("gemensamt", "operator")


def cast() -> Cast:
    """Insert areas, organisations, people and roles directly; everything else is done by these people's deeds."""
    made = Cast()
    common = common_organisation()
    load_areas(common.pk)
    made.organisations["gemensamt"] = common
    for code in MUNICIPALITIES:
        area = area_with("municipality", code, clock.today())
        if area is None:
            raise LookupError(f"the register of areas lacks municipality {code}")
        made.areas[code] = area
    for slug, (name, kind, codes) in ORGANISATIONS.items():
        made.organisations[slug] = Organisation.objects.create(name=name, kind=kind, slug=slug)
        made.organisations[slug].areas.set(made.areas[code] for code in codes)
    for name, slug, kind, title, signs in PEOPLE:
        person = Person.objects.create_user(_email(name), name=name, demo=True)
        made.people[slug, kind] = person
        Role.objects.create(
            organisation=made.organisations[slug],
            person=person,
            kind=kind,
            title=title,
            signs=signs,
            leading=signs,
            contact=kind in ("coordinator", "municipality_police", "county_coordinator"),
            valid_from=ROLES_BEGAN,
        )
    return made


def _email(name: str) -> str:
    return name.lower().translate(str.maketrans("åäö ", "aao.")) + "@exempel.se"


def present_themselves(cast: Cast) -> None:
    """Party cards, bodies that decide, and Östhammar's colour and logo."""
    for slug, (role, mandate, brings, cannot_share, contact) in CARDS.items():
        describe_organisation(
            cast.actor(slug, role),
            cast.organisations[slug],
            version=None,
            mandate=mandate,
            brings=brings,
            cannot_share=cannot_share,
            contact=contact,
        )
    for key, name, kind in (
        ("board", "Kommunstyrelsen", "executive_board"),
        ("steering", "Styrgruppen Trygg i Östhammar", "steering_group"),
    ):
        cast.bodies[key] = add_body(cast.coordinator, None, name=name, kind=kind)
    cast.bodies["tierp"] = add_body(
        cast.actor("tierp", "coordinator"), None, name="Kommunstyrelsen", kind="executive_board"
    )
    set_look(cast.actor("osthammar", "administrator"), cast.organisations["osthammar"], accent="#0b5563", logo=_logo())


def _logo() -> SimpleUploadedFile:
    """An invented mark, drawn here: two waves under a lighthouse's light. No municipality's arms."""
    size = 320
    image = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, size - 1, size - 1), 56, fill="#0b5563")
    draw.ellipse((132, 52, 188, 108), fill="#f4c95d")
    draw.polygon(((142, 118), (178, 118), (192, 206), (128, 206)), fill="#ffffff")
    for top in (214, 254):
        points = [(x, top + 10 * (1 if (x // 40) % 2 else -1)) for x in range(40, 281, 40)]
        draw.line(points, fill="#ffffff", width=12, joint="curve")
    out = io.BytesIO()
    image.save(out, "PNG")
    return SimpleUploadedFile("logotyp.png", out.getvalue(), "image/png")
