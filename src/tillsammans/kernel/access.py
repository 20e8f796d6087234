"""Authorisation: actors, and policies composed of named predicates.

Each predicate has a sentence in Swedish, so a refusal can state its reasons and a page can list every policy.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.kernel.language import telling


@dataclass(frozen=True, slots=True)
class Grant:
    """What a link without account allows: one deed (``verb``, its name) with one object (``subject``)."""

    link_id: int
    verb: str
    subject: UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting for one organisation, with the abilities that the person's valid roles give today.

    A link without account is also an actor: ``person_id`` is 0, ``person`` the link's uuid, and its only ability is
    its ``link``. A follow-up job of a deed that no person did has an actor without person: ``person`` is ``None``.
    """

    person_id: int
    person: UUID | None
    name: str
    organisation_id: int
    organisation: UUID
    organisation_name: str
    organisation_kind: str
    abilities: frozenset[str] = field(default_factory=frozenset)
    role_name: str = ""
    request_key: str = ""
    request_content: str = ""
    link: Grant | None = None

    def answering(self, request_key: str, request_content: str = "") -> "Actor":
        """A copy of the actor with the idempotency key of the submitted form, and the hash of what it holds."""
        return replace(self, request_key=request_key, request_content=request_content)


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule about an actor and an object. ``sentence`` completes "Det går om …", in Swedish."""

    sentence: Any
    holds: Callable[[Actor, Any], bool]
    parts: tuple["Policy", ...] = ()
    joint: str = ""

    def __call__(self, actor: Actor, subject: Any = None) -> bool:
        return self.holds(actor, subject)

    def __and__(self, other: "Policy") -> "Policy":
        return Policy("", lambda a, s: self(a, s) and other(a, s), (self, other), "och")

    def __or__(self, other: "Policy") -> "Policy":
        return Policy("", lambda a, s: self(a, s) or other(a, s), (self, other), "eller")

    def words(self) -> str:
        """The whole rule in Swedish, with its parts joined by "och" and "eller"."""
        if not self.parts:
            return str(self.sentence)
        inner = [
            f"({part.words()})" if part.joint == "eller" and self.joint == "och" else part.words()
            for part in self.parts
        ]
        between = _("eller") if self.joint == "eller" else _("och")
        return f" {between} ".join(inner)

    def missing(self, actor: Actor, subject: Any = None) -> list[str]:
        """The sentences of the predicates that do not hold; empty if the policy holds."""
        if self(actor, subject):
            return []
        if self.joint == "och":
            return [sentence for part in self.parts for sentence in part.missing(actor, subject)]
        return [self.words()]


class Refused(Exception):
    """The actor may not do this; ``reasons`` are sentences in Swedish. Nothing was changed."""

    def __init__(self, reasons: list[str]):
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class RuleBroken(Refused):
    """The input breaks a domain rule; ``field`` names the form field that shows the message (``None``: the form).

    ``message`` is lazy, with names in braces for ``values``, and is translated to the language of the user here: a
    deed runs with Swedish active, which is what it stores.
    """

    def __init__(self, message: Any, field: str | None = None, **values: Any):
        with telling():
            self.message = str(message).format(**values) if values else str(message)
        super().__init__([self.message])
        self.field = field


def predicate(sentence: Any) -> Callable[[Callable[[Actor, Any], bool]], Policy]:
    """Decorator: make a function of actor and subject a policy, named by the sentence that is true when it holds."""
    return lambda holds: Policy(sentence, holds)


ABILITIES = {
    "read": gettext_lazy("du har en roll i organisationen"),
    "edit": gettext_lazy("din roll får skriva (till exempel samordnare eller kommunpolis)"),
    "decide": gettext_lazy("din roll får föra in beslut (till exempel samordnare)"),
    "share": gettext_lazy("din roll får dela med andra (till exempel samordnare eller kommunpolis)"),
    "sign": gettext_lazy("du har mandat att skriva under för organisationen"),
    "publish": gettext_lazy("din roll får publicera (till exempel samordnare)"),
    "administer": gettext_lazy("du är administratör för organisationen"),
    "operate": gettext_lazy("du sköter installationen"),
}


def can(ability: str) -> Policy:
    """The actor's roles give ``ability``, one of ``ABILITIES``."""
    return Policy(ABILITIES[ability], lambda actor, subject: ability in actor.abilities)


@predicate(gettext_lazy("uppgiften tillhör din organisation"))
def owns(actor: Actor, subject: Any) -> bool:
    """The subject is a row of the organisation that the actor acts for."""
    return bool(subject is not None and subject.organisation_id == actor.organisation_id)


@predicate(gettext_lazy("du har fått en länk som gäller just det här"))
def holds_link(actor: Actor, subject: Any) -> bool:
    """The actor is a link to the subject. That the link is valid and for this deed is checked by ``links.spend``."""
    return bool(actor.link is not None and subject is not None and subject.uuid == actor.link.subject)


def state_is(words: Any, *states: str) -> Policy:
    """The subject's ``state`` is one of ``states``; ``words`` say it in Swedish."""
    return Policy(words, lambda actor, subject: subject.state in states)
