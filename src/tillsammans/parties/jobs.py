"""Background jobs about people: removal of data whose retention time has passed."""

from tillsammans.kernel.models import Link
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.models import Invitation
from tillsammans.parties.rules import ACCEPT_INVITATION


def remove_invitations_without_link() -> int:
    """Remove invitations whose link has been removed; returns how many. An accepted one remains as a role."""
    with everywhere("old invitations of every organisation are removed"):
        linked = Link.objects.filter(verb=ACCEPT_INVITATION).values("subject")
        removed, _by_model = Invitation.objects.exclude(uuid__in=linked).delete()
    return removed
