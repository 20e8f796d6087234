"""The outcome of a promise as frozen content, as it is published to the residents."""

from dataclasses import dataclass

from tillsammans.kernel.content import Day, Identity, content


@dataclass(frozen=True, slots=True)
class ActivityOutcome:
    """How much of one activity was done by the day of the follow-up. ``number`` is ``None`` for a yes or no."""

    uuid: Identity
    actor: str
    verb: str
    unit: str
    number: int | None
    done: int


@content("promise_outcome", version=2)
@dataclass(frozen=True, slots=True)
class OutcomeContent:
    """The outcome of a promise. ``kept`` and ``next`` are the model's keys; ``slug``: the promise's public address."""

    uuid: Identity
    promise_uuid: Identity
    promise_title: str
    slug: str
    organisation: str
    followed_on: Day
    kept: str
    activities: tuple[ActivityOutcome, ...]
    public_text: str
    lesson: str
    next: str
    next_words: str
