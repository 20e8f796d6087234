"""A promise as frozen content, which is signed, published and rendered as a document."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tillsammans.kernel.content import Day, Identity, content
from tillsammans.plans.content import ActivityContent


@dataclass(frozen=True, slots=True)
class PartyContent:
    """One of those who promise: its name, its identity and what kind of organisation it is."""

    uuid: Identity
    name: str
    kind: str


@content("promise", version=2)
@dataclass(frozen=True, slots=True)
class PromiseContent:
    """A whole promise, in the words that the parties sign. Days are ISO 8601; ``organisation`` is the host's name."""

    uuid: Identity
    organisation: str
    title: str
    text: str
    benefit: str
    basis: str
    area: str
    problem: str
    starts_on: Day
    ends_on: Day
    report_by: Day
    parties: tuple[PartyContent, ...]
    activities: tuple[ActivityContent, ...]

    @property
    def start(self) -> date:
        """The first day."""
        return date.fromisoformat(self.starts_on)

    @property
    def end(self) -> date:
        """The last day."""
        return date.fromisoformat(self.ends_on)

    @property
    def report_day(self) -> date:
        """The day by which the outcome is published."""
        return date.fromisoformat(self.report_by)

    @property
    def promisers(self) -> str:
        """Those who promise, in one line: "Östhammars kommun och Lokalpolisområde Norduppland"."""
        names = [party.name for party in self.parties]
        last = _("och")
        return f" {last} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
