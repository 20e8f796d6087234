"""Who may write in a situational picture, share it and adopt it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tillsammans.kernel.access import Actor, can, owns, predicate
from tillsammans.picture.models import Picture


def picture_of(subject: Any) -> Picture | None:
    """The picture that a part lies in; ``None`` for what belongs to a problem alone."""
    if isinstance(subject, Picture):
        return subject
    if section := getattr(subject, "section", None):
        return section.picture  # type: ignore[no-any-return]
    return getattr(subject, "picture", None)


@predicate(_("lägesbilden är inte antagen än"))
def not_adopted(actor: Actor, subject: Any) -> bool:
    picture = picture_of(subject)
    return picture is None or picture.state != Picture.State.ADOPTED


may_create = can("edit")
may_edit = can("edit") & owns & not_adopted
may_share = can("share") & owns
may_adopt = can("decide") & owns & not_adopted
may_prioritise = can("decide") & owns
may_edit_problem = can("edit") & owns
