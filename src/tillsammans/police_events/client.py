"""The latest 500 events of polisen.se.

The police ask for at least ten seconds between calls, at most 60 an hour and 1 440 a day, and a caller who says who it
is. Their web pages are never read: they name people.
"""

from tillsammans.kernel import outgoing

HOST = outgoing.Host("polisen.se", pause=10, per_hour=60, per_day=1440)
PATH = "/api/events"
ADDRESS = outgoing.address(HOST, PATH)


def events() -> outgoing.Answer:
    """The list as it is now, of the whole country."""
    return outgoing.fetch(HOST, PATH, limit=5 * 1024 * 1024)
