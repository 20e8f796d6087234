"""View models of page components: frozen values that views build and the tags of ``templatetags.ui`` render."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

KnotState = Literal["here", "filled", "gap"]
StatusKind = Literal["ok", "warn", "bad", "none"]
EventState = Literal["done", "now", "later"]


@dataclass(frozen=True, slots=True)
class Knot:
    """One step of the red thread, the chain from evidence to effect of a problem.

    label: the name of the step, "Orsak". text: how many there are, "2 orsaker", or for a gap what to add. url: where
    it leads, "" where it leads nowhere. state: "here" (the present page), "filled" or "gap" (nothing recorded yet).
    """

    label: str
    text: str
    url: str = ""
    state: KnotState = "filled"


@dataclass(frozen=True, slots=True)
class Thread:
    """The red thread of a problem: its steps from evidence to effect, in order."""

    knots: tuple[Knot, ...]

    @property
    def pieces(self) -> tuple[tuple[Knot, bool], ...]:
        """Each knot with whether the line to the next one is drawn broken: a gap at either end breaks it."""
        following = (*self.knots[1:], None)
        return tuple(
            (knot, knot.state == "gap" or (after is not None and after.state == "gap"))
            for knot, after in zip(self.knots, following, strict=True)
        )

    @property
    def whole(self) -> bool:
        """Whether no knot is missing."""
        return all(knot.state != "gap" for knot in self.knots)

    @property
    def summary(self) -> str:
        """The texts of the steps that are filled: "2 orsaker · 3 åtgärder · 1 löfte"."""
        return " · ".join(knot.text for knot in self.knots[2:] if knot.state == "filled")

    @property
    def first_gap(self) -> Knot | None:
        """The first step that is missing, or ``None``."""
        return next((knot for knot in self.knots if knot.state == "gap"), None)


@dataclass(frozen=True, slots=True)
class Link:
    """A link; with ``post`` a button that submits a form of its own, for small actions such as postponing a step."""

    label: str
    url: str
    post: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A next step of the week: what, why, how many minutes it takes, by when, and the one button that begins it.

    key: the same for the same step every day and of no other, so that it can be postponed.
    """

    title: str
    why: str
    url: str
    button: str
    minutes: int
    deadline: date | None = None
    links: tuple[Link, ...] = ()
    quiet: bool = False
    key: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Event:
    """Something on a timeline. when: a day, a moment, or words such as "våren 2027"."""

    when: date | datetime | str
    title: str
    text: str = ""
    url: str = ""
    state: EventState = "done"

    @property
    def machine(self) -> str:
        """The ``datetime`` attribute of HTML's ``time``; empty where ``when`` is only words."""
        return "" if isinstance(self.when, str) else self.when.isoformat()

    @property
    def words(self) -> str:
        """The time for display: 2026-03-31, or 2026-03-31 14:05."""
        if isinstance(self.when, datetime):
            return f"{self.when:%Y-%m-%d %H:%M}"
        return self.when if isinstance(self.when, str) else self.when.isoformat()


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person in a role. term: the days for which the role holds, in words."""

    name: str
    role: str
    organisation: str
    email: str = ""
    phone: str = ""
    term: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """A document. kind: what it is, "Lägesbild". files: label and address of each form in which it can be fetched."""

    title: str
    kind: str
    url: str
    dated: date | None = None
    version: str = ""
    status: tuple[StatusKind, str] | None = None
    files: tuple[Link, ...] = ()
