"""The pages that describe the methods."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from tillsammans.kernel.access import can
from tillsammans.kernel.doors import Request, door
from tillsammans.patterns.sentences import METHOD_PAGES

_PAGE = re.compile(r"[a-z0-9-]{1,60}")


@door(can("read"), "GET")
def method(request: Request, page: str) -> HttpResponse:
    """How a method works: the page of the documentation, in the program."""
    content = method_page(page)
    if content is None:
        raise Http404
    title, html = content
    return render(
        request,
        "patterns/method.html",
        {
            "title": title,
            "body": html,
            "crumbs": [(_("Underlag"), reverse("indicators:evidence")), (_("Metod"), "")],
        },
    )


@cache
def method_page(page: str) -> tuple[str, str] | None:
    """Title and HTML of a page in ``docs/methods``; ``None`` if there is none."""
    if not _PAGE.fullmatch(page):
        return None
    path = Path(settings.ROOT) / "docs" / "methods" / f"{page}.md"
    if not path.is_file():
        return None
    first, _newline, rest = path.read_text(encoding="utf-8").partition("\n")
    # Links between the pages lead to files; here they lead to the pages. Raw HTML is not let through.
    html = MarkdownIt("js-default").render(rest)
    html = html.replace("<pre>", '<div class="scroll" role="region" tabindex="0" aria-label="Python"><pre>').replace(
        "</pre>", "</pre></div>"
    )
    html = re.sub(r'href="([a-z0-9-]+)\.md"', r'href="../\1/"', html)
    return first.removeprefix("# ").strip(), mark_safe(html)


def method_links(kind: str) -> list[tuple[str, str]]:
    """Address and title of the pages that describe how a kind of finding is made."""
    result = [(page, method_page(page)) for page in METHOD_PAGES[kind]]
    return [(page, known[0]) for page, known in result if known]
