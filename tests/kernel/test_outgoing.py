"""The one way out is shut by default, goes only where it may, waits its turn, and takes no more than it can bear."""

import socket
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tillsammans.kernel import clock, outgoing
from tillsammans.kernel.outgoing import Answer, CannotReach, Host, fetch

pytestmark = pytest.mark.pure

HOST = Host("data.exempel.se", pause=10, per_hour=60, per_day=1440)
Said = tuple[int, dict[str, str], bytes]


class Server:
    """Plays the host: what it answers, in order; how it was asked; and how long the caller waited."""

    def __init__(self) -> None:
        self.answers: list[Said | Exception] = []
        self.asked: list[tuple[str, bytes | None]] = []
        self.waited: list[float] = []

    def ask(self, host: Host, url: str, body: bytes | None, limit: int) -> Said:
        self.asked.append((url, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def server(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    settings.VAR, settings.OUTGOING_HOSTS = tmp_path, (HOST.name,)
    made = Server()
    monkeypatch.setattr(outgoing, "_ask", made.ask)
    monkeypatch.setattr("time.sleep", made.waited.append)
    return made


def test_nothing_goes_out_unless_the_operator_has_named_the_host(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.OUTGOING_HOSTS == ()
    monkeypatch.setattr(socket, "socket", lambda *args: pytest.fail("a socket was opened"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: pytest.fail("a name was asked for"))
    assert not outgoing.allowed(HOST)
    with pytest.raises(CannotReach, match=r"TILLSAMMANS_OUTGOING=data\.exempel\.se"):
        fetch(HOST, "/api")
    settings.OUTGOING_HOSTS = ("exempel.se", "data.exempel.se.ond.example")
    with pytest.raises(CannotReach, match="avstängd"):
        fetch(HOST, "/api")


def test_the_answer_is_the_bytes_as_they_came(server: Server) -> None:
    server.answers = [(200, {"content-type": "application/json"}, b"[1]")]
    answer = fetch(HOST, "/api/x", {"fr\u00e5n": "2020", "n": "a,b"})
    assert isinstance(answer, Answer)
    assert (answer.content, answer.content_type) == (b"[1]", "application/json")
    assert server.asked == [("https://data.exempel.se/api/x?fr%C3%A5n=2020&n=a,b", None)]
    server.answers = [(200, {}, b"{}")]
    fetch(HOST, "/api/x", body=b'{"query":[]}')
    assert server.asked[-1] == ("https://data.exempel.se/api/x", b'{"query":[]}')


def test_calls_keep_their_distance_also_between_processes(server: Server) -> None:
    start = clock.now()
    server.answers = [(200, {}, b"1"), (200, {}, b"2"), (200, {}, b"3")]
    with clock.frozen(start):
        fetch(HOST, "/a")
        assert server.waited == []
        fetch(HOST, "/b")  # what was called before lies in a file, not in this process
    assert server.waited == [pytest.approx(10)]
    with clock.frozen(start + timedelta(seconds=12)):
        fetch(HOST, "/c")
    assert len(server.waited) == 1


def test_no_more_calls_an_hour_and_a_day_than_the_host_takes(server: Server) -> None:
    start = clock.now()
    few = Host(HOST.name, pause=0, per_hour=2, per_day=3)
    server.answers = [(200, {}, b"x")] * 4
    for minute in (0, 1):
        with clock.frozen(start + timedelta(minutes=minute)):
            fetch(few, "/a")
    with clock.frozen(start + timedelta(minutes=59)), pytest.raises(CannotReach, match="högst 2 frågor i timmen"):
        fetch(few, "/a")
    with clock.frozen(start + timedelta(minutes=61)):
        fetch(few, "/a")
    with clock.frozen(start + timedelta(hours=20)), pytest.raises(CannotReach, match="högst 3 frågor om dygnet"):
        fetch(few, "/a")
    with clock.frozen(start + timedelta(hours=25)):
        fetch(few, "/a")
    assert len(server.asked) == 4


def test_a_busy_host_is_asked_again_later_and_later(server: Server) -> None:
    with clock.frozen(clock.now()):
        server.answers = [
            (429, {"retry-after": "33"}, b""),
            (503, {}, b""),
            outgoing._Busy("TimeoutError"),
            (200, {}, b"ok"),
        ]
        assert fetch(HOST, "/a").content == b"ok"
    assert server.waited == [33, 20, 40]


def test_a_host_that_stays_ill_is_given_up(server: Server) -> None:
    server.answers = [(500, {}, b"")] * outgoing.TRIES
    with pytest.raises(CannotReach, match=r"svarar inte som det ska \(500\)"):
        fetch(HOST, "/a")
    assert len(server.asked) == outgoing.TRIES
    server.answers = [(404, {}, b"")]
    with pytest.raises(CannotReach, match="svar 404"):
        fetch(HOST, "/a")


def test_redirects_stay_within_the_host_and_end(server: Server) -> None:
    server.answers = [(301, {"location": "/b"}, b""), (200, {}, b"ok")]
    assert fetch(HOST, "/a").url == "https://data.exempel.se/b"
    for elsewhere in (
        "https://ond.example/",
        "http://data.exempel.se/a",
        "//ond.example/",
        "https://data.exempel.se:8443/",
        "https://data.exempel.se@ond.example/",
        "file:///etc/passwd",
    ):
        server.answers = [(302, {"location": elsewhere}, b"")]
        with pytest.raises(CannotReach, match="annan plats"):
            fetch(HOST, "/a")
    server.answers = [(302, {"location": "/a"}, b"")] * 9
    with pytest.raises(CannotReach, match="för många gånger"):
        fetch(HOST, "/a")


@pytest.mark.parametrize(
    "inner",
    [
        "127.0.0.1",
        "10.0.0.5",
        "192.168.1.4",
        "172.16.0.1",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "fe80::1",
        "0.0.0.0",
        "100.64.0.1",
        "::ffff:10.0.0.1",
    ],
)
def test_a_name_that_leads_into_an_inner_network_is_not_followed(inner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*args: Any, **more: Any) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", ("93.184.215.14", 443)), (socket.AF_INET6, 1, 6, "", (inner, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(CannotReach, match="inre nät"):
        outgoing.public_address(HOST.name)


def test_the_address_that_was_looked_at_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []

    class Socket:
        def __init__(self, *args: Any): ...
        def settimeout(self, seconds: float) -> None: ...
        def connect(self, place: Any) -> None:
            called.append(place)
            raise ConnectionRefusedError

        def close(self) -> None: ...

    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **m: [(socket.AF_INET, 1, 6, "", ("93.184.215.14", 443))])
    monkeypatch.setattr(socket, "socket", Socket)
    with pytest.raises(outgoing._Busy):
        outgoing._ask(HOST, "https://data.exempel.se/a", None, 10)
    assert called == [("93.184.215.14", 443)]


class Connection:
    """Plays an open connection."""

    content = b"x" * 5000
    fails: Exception | None = None
    asked: tuple[Any, ...] = ()

    def __init__(self, host: str): ...

    def request(self, *args: Any) -> None:
        Connection.asked = args
        if self.fails:
            raise self.fails

    def getresponse(self) -> Any:
        pieces = [self.content, b""]
        return type(
            "Response",
            (),
            {
                "status": 200,
                "getheaders": lambda s: [("Content-Type", "text/json")],
                "read": lambda s, size: pieces.pop(0),
            },
        )()

    def close(self) -> None: ...


def test_an_answer_larger_than_the_limit_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "_Connection", Connection)
    with pytest.raises(CannotReach, match="togs inte emot"):
        outgoing._ask(HOST, "https://data.exempel.se/a?b=c", None, 4999)
    status, headers, content = outgoing._ask(HOST, "https://data.exempel.se/a?b=c", None, 5000)
    assert (status, headers, len(content)) == (200, {"content-type": "text/json"}, 5000)
    method, path, body, said = Connection.asked
    assert (method, path, body) == ("GET", "/a?b=c", None)
    assert said["User-Agent"].startswith("Tillsammans/")
    assert "http" in said["User-Agent"]  # where the installation is reached


@pytest.mark.parametrize(
    ("fails", "wanted"),
    [
        (TimeoutError(), outgoing._Busy),
        (ConnectionResetError(), outgoing._Busy),
        (socket.gaierror(), outgoing._Busy),
        (ssl.SSLCertVerificationError(), CannotReach),
    ],
)
def test_what_can_pass_is_tried_again_and_a_false_server_is_not(
    fails: Exception, wanted: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "_Connection", Connection)
    monkeypatch.setattr(Connection, "fails", fails)
    with pytest.raises(wanted):
        outgoing._ask(HOST, "https://data.exempel.se/a", None, 10)


def test_a_broken_note_of_calls_is_no_obstacle(server: Server, tmp_path: Path) -> None:
    (tmp_path / "outgoing").mkdir()
    (tmp_path / "outgoing" / f"{HOST.name}.json").write_text("{broken")
    server.answers = [(200, {}, b"ok")]
    assert fetch(HOST, "/a").content == b"ok"
