"""Processes that use the same link at the same moment; prints how each fared and what is left.

Started by ``test_links`` on a database that holds the link: ``python -m tests.kernel.racing TOKEN``.
"""

import json
import os
import sys
import time

import django

RACERS = 4
DONE, CLOSED = 0, 3


def main(token: str) -> None:
    django.setup()
    from tillsammans.kernel import links
    from tillsammans.kernel.models import AuditEntry, Link
    from tillsammans.kernel.scope import everywhere
    from tillsammans.parties.actions import accept_invitation
    from tillsammans.parties.models import Role
    from tillsammans.parties.rules import ACCEPT_INVITATION

    def use(start: float) -> int:
        held = links.hold(token, ACCEPT_INVITATION)  # the page is open to everyone, as long as nobody was first
        time.sleep(max(0.0, start - time.monotonic()))
        try:
            accept_invitation(held.actor, held.subject, password=None)
        except links.LinkClosed:
            return CLOSED
        return DONE

    start = time.monotonic() + 0.5
    racers = []
    for _ in range(RACERS):
        pid = os.fork()
        if pid == 0:
            os._exit(use(start))
        racers.append(pid)
    fared = sorted(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in racers)
    with everywhere("a test looks"):
        left = {
            "fared": fared,
            "uses_left": Link.objects.get().uses_left,
            "roles": Role.objects.filter(person__email="reader@exempel.se").count(),
            "outcomes": sorted(AuditEntry.objects.filter(deed=ACCEPT_INVITATION).values_list("outcome", flat=True)),
        }
    print(json.dumps(left))


if __name__ == "__main__":
    main(sys.argv[1])
