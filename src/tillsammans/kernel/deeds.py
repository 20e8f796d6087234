"""The deed lock: authorisation, transaction and audit entry are one line.

A deed is a function that changes the world. Its first argument is the actor, its second the object that it concerns
(or ``None`` where it makes one). The object is read again under lock before the policy looks at it, so a deed never
acts on what has changed since the page was shown. A refused or failing deed leaves no trace but the refusal. What
follows a deed is wired in ``config`` and written as jobs in the same transaction.
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
from tillsammans.kernel.models import AnsweredRequest, Owned
from tillsammans.kernel.scope import Scope, within
from tillsammans.kernel.wiring import names

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Deed:
    """What the permission page says of a deed."""

    name: str
    words: Any
    policy: Policy
    audited: bool


DEEDS: dict[str, Deed] = {}
_doing: ContextVar[str] = ContextVar("deed", default="")


def deed(
    words: Any,
    policy: Policy,
    *,
    concerns: Callable[[Any], Iterable[int]] = lambda result: (),
    audited: bool = True,
) -> Callable[[F], F]:
    """Make a function a deed. ``words`` say it in Swedish; ``concerns`` gives other organisations that it concerns."""

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
                with transaction.atomic(), within(Scope(actor.organisation_id)):
                    if earlier := _answered(name, actor):
                        return earlier
                    if actor.link:
                        links.spend(actor.link, name, subject)
                    if isinstance(subject, models.Model) and subject.pk:
                        subject = _fresh(subject)
                        args = (subject, *args[1:])
                    if not policy(actor, subject):
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
                # Two equal forms at once: the other one was first, and its object is the answer.
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
    return row


def _remember(name: str, actor: Actor, result: Any) -> None:
    if actor.request_key and isinstance(result, Owned):
        AnsweredRequest.objects.create(
            organisation_id=actor.organisation_id,
            deed=name,
            key=actor.request_key,
            kind=result._meta.label,
            subject=result.uuid,
        )
