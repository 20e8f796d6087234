"""HTTP client: every request to another server is made here, and only to hosts that the operator has allowed.

Only HTTPS to hosts in the setting ``OUTGOING_HOSTS`` (empty by default), never to a private address, never redirected
to another host, within limits of time and size, and rate-limited per host: one request at a time, counted over all
processes of this machine.
"""

import fcntl
import http.client
import ipaddress
import json
import logging
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from tillsammans import VERSION
from tillsammans.kernel import clock, limits
from tillsammans.kernel.access import Refused

logger = logging.getLogger("tillsammans.outgoing")

CONNECT_SECONDS = 20
WHOLE_SECONDS = 180
REDIRECTS = 3
TRIES = 4
LONGEST_WAIT = 120.0
_AGAIN = {429, 500, 502, 503, 504}


class CannotReach(Refused):
    """Nothing was fetched; the reason is a sentence in Swedish for the user."""

    def __init__(self, reason: str):
        super().__init__([reason])


@dataclass(frozen=True, slots=True)
class Host:
    """A server and its rate limits: seconds between requests, requests per hour and per day."""

    name: str
    pause: float
    per_hour: int
    per_day: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's response: its body, the final URL after redirects, and when it was received."""

    content: bytes
    url: str
    at: datetime
    content_type: str


@dataclass(frozen=True, slots=True)
class Source:
    """A data source with a network API: its name, what it holds, the page that fetches from it, and its host."""

    name: str
    what: str
    url: str
    host: Host


def allowed(host: Host) -> bool:
    """Whether the operator has allowed requests to the host."""
    return host.name in settings.OUTGOING_HOSTS


def address(host: Host, path: str, query: Mapping[str, str] | None = None) -> str:
    """The full URL."""
    return f"https://{host.name}{path}" + (f"?{urlencode(query, safe=',:*')}" if query else "")


def fetch(
    host: Host,
    path: str,
    query: Mapping[str, str] | None = None,
    *,
    body: bytes | None = None,
    limit: int = limits.FILE,
) -> Answer:
    """Request ``path`` by GET, or with ``body`` (JSON) by POST. Waits for the rate limit; retries temporary errors.

    ``limit``: bytes of the response. Raises ``CannotReach`` with what is wrong and what to do.
    """
    if not allowed(host):
        raise CannotReach(
            _(
                "Hämtning från {host} är avstängd. Den som sköter installationen kan tillåta den med "
                "TILLSAMMANS_OUTGOING={host}."
            ).format(host=host.name)
        )
    url = address(host, path, query)
    wait = 0.0
    with _turn(host) as calls:
        for attempt in range(1, TRIES + 1):
            calls.make_room(wait)
            try:
                return _follow(host, url, body, limit)
            except _Busy as busy:
                logger.warning("%s answered %s, try %s of %s", url, busy, attempt, TRIES)
                if attempt == TRIES:
                    raise CannotReach(
                        _("{host} svarar inte som det ska ({reason}). Försök igen senare.").format(
                            host=host.name, reason=busy
                        )
                    ) from busy
                wait = min(busy.wait or max(host.pause, 5.0) * 2 ** (attempt - 1), LONGEST_WAIT)
    raise AssertionError("unreachable")


class _Busy(Exception):
    """A temporary error: retry, after ``wait`` seconds where the host stated it (Retry-After)."""

    def __init__(self, reason: str, wait: float = 0.0):
        super().__init__(reason)
        self.wait = wait


@dataclass
class _Calls:
    """Times of the requests to a host during the last day, stored in a file that one process at a time locks."""

    host: Host
    kept: Path
    made: list[datetime]

    def make_room(self, wait: float) -> None:
        """Wait, at least ``wait`` seconds, until the rate limit allows a request, and record it."""
        now = clock.now()
        for limit, span, words in (
            (self.host.per_hour, timedelta(hours=1), _("i timmen")),
            (self.host.per_day, timedelta(days=1), _("om dygnet")),
        ):
            recent = [moment for moment in self.made if moment > now - span]
            if len(recent) >= limit:
                free = (recent[-limit] + span).astimezone(clock.STOCKHOLM)
                raise CannotReach(
                    _("{host} tar emot högst {limit} frågor {span}. Försök igen efter {time}.").format(
                        host=self.host.name, limit=limit, span=words, time=f"{free:%Y-%m-%d %H:%M}"
                    )
                )
        if self.made:
            wait = max(wait, self.host.pause - (now - self.made[-1]).total_seconds())
        if wait > 0:
            time.sleep(min(wait, LONGEST_WAIT))
        self.made = [moment for moment in self.made if moment > now - timedelta(days=1)]
        self.made.append(clock.now())
        self.kept.write_text(json.dumps([moment.timestamp() for moment in self.made]))


@contextmanager
def _turn(host: Host) -> Iterator[_Calls]:
    """Lock the host for this process; others wait."""
    folder = Path(settings.VAR) / "outgoing"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{host.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = folder / f"{host.name}.json"
        try:
            times = [datetime.fromtimestamp(moment, UTC) for moment in json.loads(kept.read_text())]
        except (OSError, ValueError, TypeError):
            times = []
        yield _Calls(host, kept, times)


def _follow(host: Host, url: str, body: bytes | None, limit: int) -> Answer:
    """The response, after redirects within the host."""
    for _step in range(REDIRECTS + 1):
        status, headers, content = _ask(host, url, body, limit)
        logger.info("%s %s: %s, %s bytes", "POST" if body else "GET", url, status, len(content))
        if status == 200:
            return Answer(content, url, clock.now(), headers.get("content-type", ""))
        if status in (301, 302, 303, 307, 308) and "location" in headers:
            url = _onward(host, urljoin(url, headers["location"]))
            continue
        if status in _AGAIN:
            raise _Busy(str(status), _seconds(headers.get("retry-after", "")))
        raise CannotReach(
            _("{host} har inte det som efterfrågas (svar {status}): {url}").format(
                host=host.name, status=status, url=url
            )
        )
    raise CannotReach(_("{host} skickar vidare för många gånger: {url}").format(host=host.name, url=url))


def _onward(host: Host, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.netloc != host.name:
        raise CannotReach(
            _("{host} skickar vidare till en annan plats, {other}. Dit går vi inte.").format(
                host=host.name, other=f"{parts.scheme}://{parts.netloc}"
            )
        )
    return url


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0.0


def _ask(host: Host, url: str, body: bytes | None, limit: int) -> tuple[int, dict[str, str], bytes]:
    """One request: status, headers with names in lower case, and body."""
    until = time.monotonic() + WHOLE_SECONDS
    headers = {
        "User-Agent": f"Tillsammans/{VERSION} (+{settings.BASE_URL})",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
    }
    if body is not None:
        headers["Content-Type"] = "application/json"
    parts = urlsplit(url)
    connection = _Connection(host.name)
    try:
        connection.request(
            "GET" if body is None else "POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers
        )
        answer = connection.getresponse()
        said = {name.lower(): value for name, value in answer.getheaders()}
        content = bytearray()
        while piece := answer.read(64 * 1024):
            content += piece
            if len(content) > limit:
                raise CannotReach(
                    _("Svaret från {host} är större än {limit} MB och togs inte emot.").format(
                        host=host.name, limit=limit // 2**20
                    )
                )
            if time.monotonic() > until:
                raise TimeoutError
        return answer.status, said, bytes(content)
    except ssl.SSLCertVerificationError as error:
        raise CannotReach(
            _("{host} kan inte visa att det är den servern. Inget hämtades.").format(host=host.name)
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise _Busy(type(error).__name__) from error
    finally:
        connection.close()


class _Connection(http.client.HTTPSConnection):
    """HTTPS to an address that was checked to be public, and is the one connected to (no DNS rebinding)."""

    def __init__(self, host: str):
        super().__init__(host, 443, timeout=CONNECT_SECONDS)

    def connect(self) -> None:
        context = ssl.create_default_context()
        family, target = public_address(self.host)
        plain = socket.socket(family, socket.SOCK_STREAM)
        plain.settimeout(CONNECT_SECONDS)
        try:
            plain.connect(target)
            self.sock = context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def public_address(host: str) -> tuple[int, tuple[str, int]]:
    """Address family, and address with port, of a host; ``CannotReach`` if any of its addresses is not public."""
    addresses = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    for _family, _type, _protocol, _name, place in addresses:
        if not ipaddress.ip_address(str(place[0]).split("%")[0]).is_global:
            raise CannotReach(_("{host} leder till en adress i ett inre nät. Dit går vi inte.").format(host=host))
    family, _type, _protocol, _name, place = addresses[0]
    return int(family), (str(place[0]), 443)
