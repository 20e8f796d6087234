"""Deeds of a picture's parts: sections, figures, statements and what we do not know."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from tillsammans.areas.models import Area
from tillsammans.collaboration.models import Package
from tillsammans.indicators.models import Indicator
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor, RuleBroken
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze, refreeze, thaw
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.editing import save_edit
from tillsammans.picture import policies
from tillsammans.picture.actions.pictures import change_places, still_open
from tillsammans.picture.content import PictureContent
from tillsammans.picture.findings import KeptFinding
from tillsammans.picture.models import KnowledgeGap, Picture, PictureFigure, Problem, Section, Statement
from tillsammans.picture.rules import next_position

Part = TypeVar("Part", Section, PictureFigure, Statement, KnowledgeGap)


@deed(_("Lägger till ett avsnitt i lägesbilden"), policies.may_edit)
def add_section(
    actor: Actor, picture: Picture, *, kind: str, heading: str, text: str = "", public: bool = True
) -> Section:
    """Add a section after the last one."""
    positions = Section.objects.filter(picture=picture).values_list("position", flat=True)
    return Section.objects.create(
        organisation_id=actor.organisation_id,
        picture=picture,
        kind=kind,
        heading=heading,
        text=text,
        public=public,
        position=next_position(positions),
    )


@deed(_("Ändrar ett avsnitt i lägesbilden"), policies.may_edit)
def edit_section(actor: Actor, section: Section, *, version: int | None, **changes: Any) -> Section:
    """Change kind, heading, text, or whether the section may be public."""
    still_open(section.picture_id)
    return save_edit(section, version, changes)


@deed(_("Flyttar ett avsnitt i lägesbilden"), policies.may_edit)
def move_section(actor: Actor, section: Section, *, up: bool) -> Section:
    """Change places with the section before (``up``) or after."""
    still_open(section.picture_id)
    change_places(section, Section.objects.filter(picture_id=section.picture_id, removed_on=None), up)
    return section


@deed(_("Lägger till en figur i lägesbilden"), policies.may_edit)
def add_figure(actor: Actor, section: Section, *, compared_with: Iterable[Area] = (), **values: Any) -> PictureFigure:
    """Add a figure: ``kind``, ``indicator``, ``area``, periods and ``comment``."""
    still_open(section.picture_id)
    _check_figure(values, compared_with)
    positions = PictureFigure.objects.filter(section=section).values_list("position", flat=True)
    figure = PictureFigure.objects.create(
        organisation_id=actor.organisation_id, section=section, position=next_position(positions), **values
    )
    figure.compared_with.set(compared_with)
    return figure


@deed(_("Ändrar en figur i lägesbilden"), policies.may_edit)
def edit_figure(
    actor: Actor, figure: PictureFigure, *, version: int | None, compared_with: Iterable[Area] = (), **changes: Any
) -> PictureFigure:
    """Change what the figure draws, or what is said of it."""
    still_open(figure.section.picture_id)
    _check_figure(changes, compared_with)
    saved = save_edit(figure, version, changes)
    saved.compared_with.set(compared_with)
    return saved


def _check_figure(values: dict[str, Any], compared_with: Iterable[Area]) -> None:
    first, last = values.get("first_period", ""), values.get("last_period", "")
    if first and last and first > last:
        raise RuleBroken(_("Perioden slutar innan den börjar."), "last_period")
    if values["kind"] == PictureFigure.Kind.COMPARISON:
        if not list(compared_with):
            raise RuleBroken(_("Välj minst ett område att jämföra med."), "compared_with")
        if values["indicator"].unit != Indicator.Unit.COUNT:
            raise RuleBroken(
                _("Välj en indikator som räknar antal. Jämförelsen räknar själv om dem till per 100 000 invånare."),
                "indicator",
            )


@deed(_("Lägger till en uppgift från en källa"), policies.may_edit)
def add_statement(actor: Actor, where: Section | Problem, **values: Any) -> Statement:
    """Add what a source says, in a section or on a problem."""
    if isinstance(where, Section):
        still_open(where.picture_id)
        return Statement.objects.create(organisation_id=actor.organisation_id, section=where, **values)
    return Statement.objects.create(organisation_id=actor.organisation_id, problem=where, **values)


@deed(_("Lägger ett fynd ur siffrorna i lägesbilden"), policies.may_edit)
def add_finding(actor: Actor, section: Section, *, kept: KeptFinding) -> Statement:
    """Add a finding as a statement of the statistics, with everything that it rests on. Twice is once."""
    still_open(section.picture_id)
    for row in Statement.objects.filter(section__picture_id=section.picture_id, removed_on=None).exclude(finding=""):
        if refreeze(kept, row.finding) == row.finding:
            return row
    content = freeze(kept)
    return Statement.objects.create(
        organisation_id=actor.organisation_id,
        section=section,
        text=kept.sentence(),
        source_kind=Statement.Source.STATISTICS,
        source=kept.found.source,
        basis=kept.basis(),
        strength=Statement.Strength.GOOD,
        finding=content,
        finding_sha256=content_hash(content),
    )


@deed(_("Ändrar en uppgift från en källa"), policies.may_edit)
def edit_statement(actor: Actor, statement: Statement, *, version: int | None, **changes: Any) -> Statement:
    """Change what a source is said to say, or how well it can be relied on."""
    _still_open_for(statement)
    return save_edit(statement, version, changes)


@deed(_("Skriver vad vi inte vet"), policies.may_edit)
def add_gap(actor: Actor, where: Picture | Problem, *, text: str, remedy: str = "") -> KnowledgeGap:
    """Write down what is not known, about the whole picture or about a problem."""
    place = {"picture": where} if isinstance(where, Picture) else {"problem": where}
    return KnowledgeGap.objects.create(organisation_id=actor.organisation_id, text=text, remedy=remedy, **place)


@deed(_("Ändrar vad vi inte vet"), policies.may_edit)
def edit_gap(actor: Actor, gap: KnowledgeGap, *, version: int | None, **changes: Any) -> KnowledgeGap:
    """Change what is not known, or how it can be found out."""
    _still_open_for(gap)
    return save_edit(gap, version, changes)


@deed(_("Hämtar in en parts lägesbild i den gemensamma"), policies.may_edit)
def take_in(actor: Actor, picture: Picture, *, package: Package) -> Picture:
    """Copy texts, statements and gaps of a party's shared picture into this draft, each with the party as its source.

    Figures and problems stay behind: the host draws its own figures, and a problem is one identity. What was copied
    can be edited and removed like anything else in the draft.
    """
    if package.kind != "picture" or package.organisation_id == actor.organisation_id:
        raise RuleBroken(_("Välj en lägesbild som en annan part har delat med er."))
    content = thaw(package.content, PictureContent, package)
    own: dict[str, Any] = {"organisation_id": actor.organisation_id}
    position = next_position(Section.objects.filter(picture=picture).values_list("position", flat=True))
    for part in content.sections:
        if not part.text and not part.statements:
            continue
        section = Section.objects.create(
            **own,
            picture=picture,
            kind=part.kind,
            text=part.text,
            public=False,
            position=position,
            heading=f"{part.heading}, {content.organisation}"[:200],
        )
        position += 1
        for row in part.statements:
            Statement.objects.create(
                **own,
                section=section,
                text=row.text,
                source_kind=row.source_kind,
                source_date=row.source_date,
                source=f"{row.source}, {content.organisation}"[:200],
                basis=row.basis,
                strength=row.strength,
                finding=row.finding,
                finding_sha256=content_hash(row.finding) if row.finding else "",
            )
    for gap in content.gaps:
        KnowledgeGap.objects.create(
            **own, picture=picture, text=f"{gap.text} ({content.organisation})", remedy=gap.remedy
        )
    return picture


@deed(_("Tar bort en del av lägesbilden eller problemet"), policies.may_edit)
def remove_part(actor: Actor, part: Part) -> Part:
    """Remove a section, figure, statement or gap. It can be restored as long as the picture is not adopted."""
    _still_open_for(part)
    return save_edit(part, None, {"removed_on": clock.today()})


@deed(_("Lägger tillbaka en borttagen del"), policies.may_edit)
def restore_part(actor: Actor, part: Part) -> Part:
    """Undo a removal."""
    _still_open_for(part)
    return save_edit(part, None, {"removed_on": None})


def _still_open_for(part: Section | PictureFigure | Statement | KnowledgeGap) -> None:
    picture = policies.picture_of(part)
    if picture is not None:
        still_open(picture.pk)
