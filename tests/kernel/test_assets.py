"""Static files never change at their address, pages are compressed, and one style sheet holds what seven did."""

import gzip
import re
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory

from tests.world import World
from tillsammans.kernel import assets
from tillsammans.kernel.assets import BUNDLE, Compression, address

ACCEPTS = {"Accept-Encoding": "gzip, br"}


@pytest.mark.pure
def test_the_bundle_has_every_style_sheet_in_the_order_of_the_cascade_and_asks_for_fonts_only() -> None:
    style = assets.assets()[address(BUNDLE)].content.decode()
    heads = [style.index(head) for head in ("@layer designsystemet {", "@font-face", "/* The page:", ".act-list")]
    assert heads == sorted(heads)
    assert style.count("@layer designsystemet {") == 7
    assert "@import" not in style
    assert style.count("{") == style.count("}")
    asked = re.findall(r'url\("(?!data:)([^"]+)"\)', style)
    assert len(asked) == 6
    assert all(path.endswith(".woff2") and path in assets.assets() for path in asked)


@pytest.mark.pure
def test_the_name_of_a_file_is_the_hash_of_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    before = address(BUNDLE)
    style = assets._content(BUNDLE)
    assert re.fullmatch(r"/static/kernel/style\.[0-9a-f]{16}\.css", before)
    assert Template("{% load static %}{% static 'kernel/style.css' %}").render(Context()) == before
    monkeypatch.setattr(assets, "_content", lambda name: style + b" ")
    assert address.__wrapped__(BUNDLE) != before


@pytest.mark.pure
def test_a_file_that_is_not_there_has_no_address() -> None:
    with pytest.raises(ValueError, match="finns-inte"):
        address("kernel/finns-inte.css")


@pytest.mark.pure
@pytest.mark.parametrize("name", [BUNDLE, "kernel/page.js", "kernel/icon.svg"])
def test_a_static_file_is_kept_for_a_year_and_compressed_for_those_who_take_it(name: str) -> None:
    client = Client()
    plain, small = client.get(address(name)), client.get(address(name), headers=ACCEPTS)
    for answer in (plain, small):
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer["Vary"] == "Accept-Encoding"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Length"] == str(len(answer.content))
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert len(small.content) < len(plain.content)


@pytest.mark.pure
def test_a_font_is_not_compressed_twice_and_a_static_file_takes_no_form() -> None:
    font = next(path for path in assets.assets() if path.endswith(".woff2"))
    answer = Client().get(font, headers=ACCEPTS)
    assert "Content-Encoding" not in answer
    assert answer["Content-Type"] == "font/woff2"
    assert Client().post(font).status_code == 405


def test_an_address_with_another_hash_is_not_found(db: Any) -> None:
    assert Client().get("/static/kernel/style.0123456789abcdef.css").status_code == 404
    assert Client().get("/static/kernel/page.css").status_code == 404


def test_a_page_is_compressed_and_keeps_its_headers(world: World) -> None:
    plain = world.client("coordinator").get("/")
    small = world.client("coordinator").get("/", headers=ACCEPTS)
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"]
    assert small["Content-Security-Policy"] == plain["Content-Security-Policy"]
    assert small["Cache-Control"] == "private, no-store"
    assert len(small.content) < len(plain.content) / 2
    page = gzip.decompress(small.content).decode()
    assert page.count('rel="stylesheet"') == 1
    assert address(BUNDLE) in page


def test_the_length_of_a_page_does_not_give_away_what_is_in_it(world: World) -> None:
    client = world.client("coordinator")
    assert len({len(client.get("/", headers=ACCEPTS).content) for _time in range(12)}) > 1


@pytest.mark.pure
@pytest.mark.parametrize("kind", ["application/pdf", "application/zip", "image/png", "application/octet-stream"])
def test_what_is_compressed_in_its_own_format_is_sent_as_it_is(kind: str) -> None:
    request = RequestFactory(headers=ACCEPTS).get("/")
    answer = Compression(lambda _request: HttpResponse(b"0" * 1000, content_type=kind))(request)
    assert "Content-Encoding" not in answer


@pytest.mark.pure
def test_an_answer_in_parts_is_sent_as_it_comes() -> None:
    request = RequestFactory(headers=ACCEPTS).get("/")
    parts = StreamingHttpResponse(iter([b"0" * 1000]), content_type="text/csv")
    assert "Content-Encoding" not in Compression(lambda _request: parts)(request)
