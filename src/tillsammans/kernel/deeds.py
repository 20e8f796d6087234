"""Deeds: audited transactional actions. The decorator adds authorisation, transaction and audit entry to a function.

Every change of stored data is a deed. Its first argument is the actor, its second the object that it concerns (or
``None`` where it creates one). The object is read again with ``SELECT ... FOR UPDATE`` before the policy is checked, so
a deed never acts on stale data. It runs with Swedish active, the language of what is stored. A refused or failing deed
is rolled back; only a refusal is audited. Follow-up jobs are wired in ``config`` (``FOLLOW_UPS``) and written in the
same transaction.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from django.apps import apps
from django.db import IntegrityError, models, transaction

from tillsammans.kernel import audit, jobs, links
from tillsammans.kernel.access import Actor, Policy, Refused
from tillsammans.kernel.language import telling, writing
from tillsammans.kernel.models import AnsweredRequest, Entity
from tillsammans.kernel.scope import Scope, within
from tillsammans.kernel.wiring import names

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Deed:
    """A registered deed, as the permission page lists it."""

    name: str
    words: Any
    policy: Policy
    audited: bool


class AlreadyAnswered(Exception):
    """The form was carried out before with other content; ``row`` is what it made. Nothing was changed."""

    def __init__(self, row: models.Model):
        super().__init__("the form was carried out before, with other content")
        self.row = row


DEEDS: dict[str, Deed] = {}
_doing: ContextVar[str] = ContextVar("deed", default="")


def deed(
    words: Any,
    policy: Policy,
    *,
    concerns: Callable[[Any], Iterable[int]] = lambda result: (),
    audited: bool = True,
) -> Callable[[F], F]:
    """Decorator: make a function of actor and object a deed.

    ``words`` describe it in Swedish. ``concerns`` maps the result to ids of other organisations whose audit logs also
    get the entry. The decorated function raises ``Refused`` if ``policy`` does not hold, and ``RuntimeError`` if it is
    called inside another deed. With a request key (idempotency key) on the actor, an object that was created by the
    same form is returned instead of a second one; ``AlreadyAnswered`` if the form holds something else by now.
    """

    def wrap(function: F) -> F:
        name = f"{function.__module__.removeprefix('tillsammans.').split('.')[0]}.{function.__name__}"
        DEEDS[name] = Deed(name, words, policy, audited)

        @wraps(function)
        def run(actor: Actor, /, *args: Any, **kwargs: Any) -> Any:
            if _doing.get():
                raise RuntimeError(f"{name} inside {_doing.get()}: deeds are never nested")
            token = _doing.set(name)
            subject = args[0] if args else None
            try:
                with transaction.atomic(), within(Scope(actor.organisation_id)), writing():
                    if earlier := _answered(name, actor):
                        return earlier
                    if actor.link:
                        links.spend(actor.link, name, subject)
                    if isinstance(subject, models.Model) and subject.pk:
                        subject = _fresh(subject)
                        args = (subject, *args[1:])
                    if not policy(actor, subject):
                        with telling():
                            raise Refused(policy.missing(actor, subject))
                    result = function(actor, *args, **kwargs)
                    about = result if isinstance(result, models.Model) else subject
                    _remember(name, actor, result)
                    if audited:
                        audit.append(
                            {actor.organisation_id, *concerns(result)},
                            person=actor.person,
                            deed=name,
                            kind=_kind(about),
                            subject=getattr(about, "uuid", None),
                        )
                    for kind in names("FOLLOW_UPS", name):
                        jobs.follow(actor, kind, getattr(about, "uuid", None))
                    return result
            except Refused:
                audit.append(
                    {actor.organisation_id},
                    person=actor.person if audited else None,
                    deed=name,
                    kind=_kind(subject),
                    subject=getattr(subject, "uuid", None),
                    outcome="refused",
                )
                raise
            except IntegrityError:
                # The same form was submitted twice at once: return the object that the other request created.
                with within(Scope(actor.organisation_id)):
                    if earlier := _answered(name, actor):
                        return earlier
                raise
            finally:
                _doing.reset(token)

        return cast(F, run)

    return wrap


def _fresh(subject: models.Model) -> models.Model:
    manager = type(subject)._default_manager
    return manager.select_for_update(of=("self",)).get(pk=subject.pk)


def _kind(subject: Any) -> str:
    return subject._meta.label if isinstance(subject, models.Model) else ""


def _answered(name: str, actor: Actor) -> models.Model | None:
    if not actor.request_key:
        return None
    earlier = AnsweredRequest.objects.filter(
        organisation_id=actor.organisation_id, deed=name, key=actor.request_key
    ).first()
    if earlier is None:
        return None
    row: models.Model = apps.get_model(earlier.kind)._default_manager.get(uuid=earlier.subject)
    if earlier.content != actor.request_content:
        raise AlreadyAnswered(row)
    return row


def _remember(name: str, actor: Actor, result: Any) -> None:
    if actor.request_key and isinstance(result, Entity):
        AnsweredRequest.objects.create(
            organisation_id=actor.organisation_id,
            deed=name,
            key=actor.request_key,
            content=actor.request_content,
            kind=result._meta.label,
            subject=result.uuid,
        )
