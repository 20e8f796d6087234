"""The red thread of a problem, computed in batches: one query per knot for any number of problems."""

from collections.abc import Sequence
from dataclasses import replace

from tillsammans.kernel.components import Knot, Thread
from tillsammans.kernel.wiring import function, keys


def threads_of(ids: Sequence[int], here: str = "") -> dict[int, Thread]:
    """The thread of each problem id. ``here``: the key, as in the wiring, of the step that the present page shows."""
    knots: dict[int, list[Knot]] = {key: [] for key in ids}
    for name in keys("THREAD"):
        threads = function("THREAD", name)(ids)
        for key in ids:
            knots[key].append(replace(threads[key], state="here") if name == here else threads[key])
    return {key: Thread(tuple(row)) for key, row in knots.items()}


def thread_of(key: int, here: str = "") -> Thread:
    """The thread of one problem."""
    return threads_of([key], here)[key]
