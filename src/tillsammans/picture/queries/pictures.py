"""Questions about situational pictures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tillsammans.collaboration.models import Collaboration, Comment, Package
from tillsammans.collaboration.queries import ApprovalLine, approvals_of, comments_on, latest_package
from tillsammans.kernel.access import Actor
from tillsammans.kernel.content import refreeze
from tillsammans.picture.content import PictureContent
from tillsammans.picture.models import (
    AdoptedPicture,
    KnowledgeGap,
    Picture,
    PictureFigure,
    PictureProblem,
    Section,
    Statement,
)
from tillsammans.picture.queries.contents import calculations, picture_content
from tillsammans.picture.rules import Check, completeness, update_due


@dataclass(frozen=True, slots=True)
class PictureLine:
    """One row of the list of pictures. ``update_by``: when an adopted picture must have been updated, by the Act."""

    picture: Picture
    decided_on: date | None
    update_by: date | None


def pictures_of(actor: Actor) -> QuerySet[Picture]:
    """The organisation's own pictures, the newest version first."""
    return (
        Picture.objects.filter(organisation_id=actor.organisation_id)
        .select_related("area", "collaboration", "adopted__decision")
        .defer("area__geometry", "adopted__content")
        .order_by("-ends_on", "-number", "-pk")
    )


def picture_lines(pictures: Iterable[Picture]) -> list[PictureLine]:
    """Some pictures as the list shows them."""
    lines = []
    for row in pictures:
        adopted = getattr(row, "adopted", None)
        decided_on = adopted.decision.decided_on if adopted else None
        lines.append(PictureLine(row, decided_on, update_due(decided_on) if decided_on else None))
    return lines


def latest_adopted(collaboration: Collaboration) -> AdoptedPicture | None:
    """The version last adopted in a collaboration by the room's own organisation."""
    return (
        AdoptedPicture.objects.filter(picture__collaboration=collaboration)
        .select_related("picture", "decision__body")
        .order_by("-decision__decided_on", "-pk")
        .first()
    )


@dataclass(frozen=True, slots=True)
class RemovedPart:
    """A part that was removed from a draft and can be put back. ``kind`` names it in the address that restores it."""

    kind: str
    uuid: UUID
    words: str


def shared_by_parties(picture: Picture) -> list[Package]:
    """The latest picture that each other party of the collaboration has shared with this organisation, by name."""
    sent = Package.objects.filter(kind="picture", collaboration_id=picture.collaboration_id, recalled_at=None).exclude(
        organisation_id=picture.organisation_id
    )
    latest = {package.organisation_id: package for package in sent.select_related("organisation").order_by("pk")}
    return sorted(latest.values(), key=lambda package: package.organisation.sort_key)


@dataclass(frozen=True, slots=True)
class PictureView:
    """Everything on a picture's page. ``calculations``: where the working of a figure is shown, by its uuid."""

    picture: Picture
    content: PictureContent
    adopted: AdoptedPicture | None
    checks: tuple[Check, ...]
    links: dict[UUID, PictureProblem]
    removed: tuple[RemovedPart, ...]
    from_parties: list[Package]
    calculations: dict[UUID, str]
    package: Package | None
    changed_since_shared: bool
    approvals: list[ApprovalLine]
    comments: QuerySet[Comment]

    @property
    def missing(self) -> int:
        """How many of the checks are not met."""
        return sum(not check.done for check in self.checks)


def picture_view(picture: Picture) -> PictureView:
    """What the page of a picture shows; the number of questions to the database does not grow with its parts."""
    content = picture_content(picture)
    adopted = AdoptedPicture.objects.select_related("decision__body").filter(picture=picture).first()
    package = latest_package("picture", picture.uuid)
    links = PictureProblem.objects.filter(picture=picture).select_related("problem")
    return PictureView(
        picture=picture,
        content=content,
        adopted=adopted,
        checks=completeness(content),
        links={link.problem.uuid: link for link in links},
        removed=() if adopted else tuple(_removed(picture)),
        from_parties=[] if adopted else shared_by_parties(picture),
        # An adopted figure holds the numbers of its day; the page of the series shows today's.
        calculations={}
        if adopted
        else calculations(figure for section in content.sections for figure in section.figures),
        package=package,
        changed_since_shared=package is not None
        and adopted is None
        and package.content != refreeze(content, package.content),
        approvals=approvals_of(package) if package else [],
        comments=comments_on("picture", picture.uuid),
    )


def _removed(picture: Picture) -> list[RemovedPart]:
    def parts(kind: str, rows: Any, words: Any) -> list[RemovedPart]:
        return [RemovedPart(kind, row.uuid, words(row)) for row in rows.exclude(removed_on=None)]

    return [
        *parts(
            "avsnitt",
            Section.objects.filter(picture=picture),
            lambda row: _("Avsnitt: {name}").format(name=row.heading),
        ),
        *parts(
            "figur",
            PictureFigure.objects.filter(section__picture=picture).select_related("indicator"),
            lambda row: _("Figur: {name}").format(name=row.indicator.name),
        ),
        *parts(
            "uppgift",
            Statement.objects.filter(section__picture=picture),
            lambda row: _("Uppgift från {source}").format(source=row.source),
        ),
        *parts(
            "lucka",
            KnowledgeGap.objects.filter(picture=picture),
            lambda row: _("Vad vi inte vet: {text}").format(text=row.text[:60]),
        ),
    ]
