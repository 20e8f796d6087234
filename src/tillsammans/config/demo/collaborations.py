"""Collaborations of the demo: Trygg i Östhammar with its parties and groups, and an unrelated one in Tierp."""

from datetime import timedelta

from tillsammans.collaboration.actions import (
    answer_invitation,
    give_seat,
    invite_party,
    open_group,
    set_standing_share,
    start_collaboration,
)
from tillsammans.collaboration.models import Collaboration, Group
from tillsammans.config.demo.cast import Cast
from tillsammans.kernel import clock

# Group: kind, task, and its seats: (name, title, party, chairs).
GROUPS: tuple[tuple[str, str, str, tuple[tuple[str, str, str, bool], ...]], ...] = (
    (
        "Styrgruppen Trygg i Östhammar",
        "steering",
        "Beslutar vilka problem vi prioriterar och följer upp löften och plan.",
        (
            ("Eva Lind", "Kommunstyrelsens ordförande", "osthammar", True),
            ("Peter Ström", "Lokalpolisområdeschef", "norduppland", False),
            ("Karin Ek", "Trygghetssamordnare", "osthammar", False),
        ),
    ),
    (
        "Operativa gruppen",
        "operative",
        "Träffas varannan vecka, går igenom läget och fördelar arbetet.",
        (
            ("Karin Ek", "Trygghetssamordnare", "osthammar", True),
            ("Johan Berg", "Kommunpolis", "norduppland", False),
            ("Samira Åkesson", "Skolsamordnare", "osthammar", False),
            ("Amir Sundin", "Trygghetsansvarig", "norrskar-bostader", False),
        ),
    ),
)


def begin_in_osthammar(cast: Cast) -> Collaboration:
    """Start the collaboration, invite the parties, open its groups and let the county board have what is adopted."""
    host, today = cast.coordinator, clock.today()
    collaboration = start_collaboration(
        host,
        None,
        name="Trygg i Östhammar",
        level="local",
        area=cast.areas["0382"],
        purpose="Vi förebygger brott och ökar tryggheten i Östhammars kommun. Vi tar reda på varför något händer "
        "innan vi väljer åtgärd, och vi berättar för invånarna hur det gick.",
        started_on=today,
    )
    answers = (
        ("norduppland", "municipality_police", "accepted", ""),
        ("norrskar-bostader", "coordinator", "accepted", ""),
        ("region-uppsala", "coordinator", "adapted", "Vi är med i frågor om busstorget och kollektivtrafiken."),
    )
    for slug, role, answer, words in answers:
        party = invite_party(
            host,
            collaboration,
            member=cast.organisations[slug],
            message="Vill ni vara med och göra kommunen tryggare?",
        )
        answer_invitation(cast.actor(slug, role), party, answer=answer, words=words)
    for name, kind, task, seats in GROUPS:
        group = open_group(host, collaboration, name=name, kind=kind, task=task, opened_on=today)
        _seat(cast, group, seats)
    for kind in ("picture", "plan", "promise"):
        set_standing_share(
            host,
            None,
            kind=kind,
            receiver=cast.organisations["uppsala-lan"],
            purpose="Länsstyrelsens stöd till kommunerna och dess samlade bild av länet.",
            ground="own",
        )
    return collaboration


def _seat(cast: Cast, group: Group, seats: tuple[tuple[str, str, str, bool], ...]) -> None:
    for name, title, slug, chairs in seats:
        give_seat(
            cast.coordinator,
            group,
            name=name,
            title=title,
            member=cast.organisations[slug],
            leading=chairs,
            chairs=chairs,
            valid_from=clock.today(),
            valid_to=clock.today() + timedelta(days=4 * 365),
        )


def invite_the_boat_club(cast: Cast, collaboration: Collaboration) -> None:
    """Invite an association that has not answered yet."""
    invite_party(
        cast.coordinator,
        collaboration,
        member=cast.organisations["norrskars-batklubb"],
        message="Båtmotorer försvinner på Söderön. Ni känner hamnarna bäst. Vill ni vara med?",
    )


def begin_in_tierp(cast: Cast) -> Collaboration:
    """A collaboration that Östhammar is no party of, as data that Östhammar must not see."""
    host = cast.actor("tierp", "coordinator")
    collaboration = start_collaboration(
        host,
        None,
        name="Tryggare Tierp",
        level="local",
        area=cast.areas["0360"],
        purpose="Kommunen och polisen arbetar ihop för färre brott och större trygghet.",
        started_on=clock.today(),
    )
    party = invite_party(host, collaboration, member=cast.organisations["norduppland"])
    answer_invitation(cast.police, party, answer="accepted")
    return collaboration
