"""A picture as files: PDF, Word, and its numbers as CSV and JSON."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.text import slugify

from tillsammans.kernel import clock
from tillsammans.kernel.access import can
from tillsammans.kernel.documents import Document, to_docx, to_pdf
from tillsammans.kernel.doors import Request, door, find
from tillsammans.kernel.figures import Figure, png, print_svg, to_csv
from tillsammans.kernel.text import folded
from tillsammans.parties.models import Organisation
from tillsammans.picture.content import PictureContent
from tillsammans.picture.documents import data_csv, data_json, picture_document
from tillsammans.picture.figures import drawn
from tillsammans.picture.models import AdoptedPicture, Picture
from tillsammans.picture.queries import picture_content

FIGURE_FORMS: dict[str, tuple[str, Callable[[Figure], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", lambda shown: to_csv(shown).encode("utf-8-sig")),
    "svg": ("image/svg+xml", lambda shown: print_svg(shown).encode()),
    "png": ("image/png", png),
}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@door(can("read"), "GET")
def pdf(request: Request, uuid: UUID) -> HttpResponse:
    """The picture as tagged PDF."""
    picture = find(Picture, uuid)
    content = picture_content(picture)
    return _file(to_pdf(_document(request, picture, content)), "application/pdf", content, "pdf")


@door(can("read"), "GET")
def word(request: Request, uuid: UUID) -> HttpResponse:
    """The picture as Word."""
    picture = find(Picture, uuid)
    content = picture_content(picture)
    return _file(to_docx(_document(request, picture, content)), WORD, content, "docx")


@door(can("read"), "GET")
def csv(request: Request, uuid: UUID) -> HttpResponse:
    """Every number of the picture's figures."""
    content = picture_content(find(Picture, uuid))
    return _file(data_csv(content.series).encode("utf-8-sig"), "text/csv; charset=utf-8", content, "csv")


@door(can("read"), "GET")
def json(request: Request, uuid: UUID) -> HttpResponse:
    """The numbers of the picture's own area, for a program."""
    content = picture_content(find(Picture, uuid))
    return _file(data_json(content.area_code, content.series).encode(), "application/json", content, "json")


@door(can("read"), "GET")
def figure(request: Request, uuid: UUID, figure: UUID, form: str) -> HttpResponse:
    """One figure of the picture: its numbers as CSV, or its drawing as SVG or PNG."""
    content = picture_content(find(Picture, uuid))
    shown = next((each for part in content.sections for each in part.figures if each.uuid == figure), None)
    if shown is None or form not in FIGURE_FORMS:
        raise Http404
    kind, made = FIGURE_FORMS[form]
    return _file(made(drawn(shown)), kind, content, form)


def _document(request: Request, picture: Picture, content: PictureContent) -> Document:
    adopted = AdoptedPicture.objects.filter(picture=picture).only("hash").first()
    on = content.decision.decided_on if content.decision else clock.today()
    accent = Organisation.objects.only("accent").get(pk=request.actor.organisation_id).accent
    return picture_document(
        content,
        on=on,
        demo=settings.DEMO,
        content_hash=adopted.hash if adopted else "",
        **({"accent": accent} if accent else {}),
    )


def _file(body: bytes, kind: str, content: PictureContent, ending: str) -> HttpResponse:
    name = slugify(folded(content.title)) or "lagesbild"
    return HttpResponse(
        body,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}-v{content.number}.{ending}"',
        },
    )
