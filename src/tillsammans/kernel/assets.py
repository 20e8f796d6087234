"""Style sheets, scripts, fonts and icons, each at an address that names the hash of its content.

What an address holds never changes, so browsers keep it for a year. Everything is read and compressed when a process
first needs it and served from memory, 0.4 MB in all: nothing is collected beforehand and nothing is written. The style
sheets are one bundle, in the order of the cascade, so that a page asks for one.
"""

import gzip
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath, splitext
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

BUNDLE = "kernel/style.css"
_PARTS = tuple(f"kernel/{name}.css" for name in ("vendor", "tokens", "page", "components", "forms", "figures"))
_IMPORT = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\);')
_URL = re.compile(r'url\("(\.\.?/[^"]+)"\)')
_TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml")
_YEAR = "public, max-age=31536000, immutable"
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served. ``compressed`` is empty where compression gains nothing."""

    content: bytes
    compressed: bytes
    kind: str


@cache
def address(name: str) -> str:
    """The address of a static file, or of the bundle; ``ValueError`` if there is none of that name."""
    stem, suffix = splitext(name)
    return f"{settings.STATIC_URL}{stem}.{sha256(_content(name)).hexdigest()[:16]}{suffix}"


@cache
def assets() -> dict[str, Asset]:
    """Every static file of every app, and the bundle, by address."""
    names = {path for finder in finders.get_finders() for path, _storage in finder.list(None)}
    return {address(name): _asset(name) for name in sorted({*names, BUNDLE})}


def _asset(name: str) -> Asset:
    content = _content(name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    compressed = gzip.compress(content, 9, mtime=0) if kind.startswith(_TEXT) else b""
    return Asset(content, compressed if len(compressed) < len(content) else b"", kind)


@cache
def _content(name: str) -> bytes:
    if name == BUNDLE:
        return "\n".join(_style(part) for part in _PARTS).encode()
    path = finders.find(name)
    if path is None:
        raise ValueError(f"no static file is named {name}")
    return Path(str(path)).read_bytes()


def _style(name: str) -> str:
    """A style sheet with what it imports in its place, and the addresses of what it asks for."""

    def imported(match: re.Match[str]) -> str:
        return f"@layer {match[2]} {{\n{_style(_beside(name, match[1]))}\n}}"

    text = _IMPORT.sub(imported, _content(name).decode())
    return _URL.sub(lambda match: f'url("{address(_beside(name, match[1]))}")', text)


def _beside(name: str, relative: str) -> str:
    return normpath(join(dirname(name), relative))


class HashedStorage(StaticFilesStorage):
    """What ``{% static %}`` asks for the address of a file."""

    def url(self, name: str | None) -> str:
        return address(name or "")


class StaticFiles:
    """Answers for static files before anything else is done: no session, no database, no scope."""

    def __init__(self, respond: Any):
        self.respond = respond
        assets()  # read when the process starts rather than at its first page

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asset = assets().get(request.path_info) if request.path_info.startswith(settings.STATIC_URL) else None
        if asset is None:
            return self.respond(request)  # type: ignore[no-any-return]
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        packed = bool(asset.compressed) and "gzip" in request.headers.get("Accept-Encoding", "")
        content = asset.compressed if packed else asset.content
        headers = {"Cache-Control": _YEAR, "Content-Length": str(len(content))}
        if packed:
            headers["Content-Encoding"] = "gzip"
        response = HttpResponse(content, content_type=asset.kind, headers=headers)
        if asset.compressed:
            patch_vary_headers(response, ["Accept-Encoding"])
        return response


class Compression(GZipMiddleware):
    """Compresses pages and data as text; documents, archives and pictures are compressed in their own formats.

    A page that repeats what was sent to it could let its secrets be guessed from its length (BREACH): Django masks the
    token of forms anew in each page, and adds up to 100 random bytes to each compressed answer.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith(_TEXT):
            return response
        return super().process_response(request, response)
