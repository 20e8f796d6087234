"""The outcome of a promise as content: what the residents are told, frozen when it is published."""

from dataclasses import dataclass

from tillsammans.kernel.canonical import canonical, parsed


@dataclass(frozen=True, slots=True)
class ActivityOutcome:
    """How much of one activity was done by the day of the follow-up. ``number`` is ``None`` for a yes or no."""

    uuid: str
    actor: str
    verb: str
    unit: str
    number: int | None
    done: int


@dataclass(frozen=True, slots=True)
class OutcomeContent:
    """How a promise went. ``kept`` and ``next`` are the model's keys; ``slug`` is the promise's public address."""

    uuid: str
    promise_uuid: str
    promise_title: str
    slug: str
    organisation: str
    followed_on: str
    kept: str
    activities: tuple[ActivityOutcome, ...]
    public_text: str
    lesson: str
    next: str
    next_words: str

    def canonical(self) -> str:
        """The bytes that are hashed, as text."""
        return canonical(self)

    @classmethod
    def parse(cls, text: str) -> "OutcomeContent":
        """The content of canonical text."""
        data = parsed(text)
        return cls(**{**data, "activities": tuple(ActivityOutcome(**activity) for activity in data["activities"])})
