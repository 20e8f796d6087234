"""Tests stay affordable: one that takes more than a few seconds says why, and the run tells where its time went."""

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

# Of processor time, own and of programs that were started and ended: a loaded machine does not make a test slow.
LIMIT = 5.0
_seconds: dict[str, float] = {}
_OUTCOMES = ("failed", "passed", "skipped", "xfailed", "xpassed", "error")


def _processor_time() -> float:
    return sum(os.times()[:4])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("slow"):
            if not mark.args:
                raise pytest.UsageError(f"{item.nodeid}: slow needs its reason, as in slow('reads 300 MB')")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    before = _processor_time()
    result = yield
    spent = _processor_time() - before
    item.user_properties.append(("processor", round(spent, 2)))
    if spent > LIMIT and not item.get_closest_marker("slow"):
        pytest.fail(f"takes {spent:.1f} s of processor time: make it faster, or mark it slow with the reason", False)
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Wall time of a test with its fixtures, added up where the results come together."""
    _seconds[report.nodeid] = _seconds.get(report.nodeid, 0) + report.duration


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Leave times and outcomes for the test command, which sums them up over all its parts."""
    if path := os.environ.get("TILLSAMMANS_TEST_RESULT"):
        outcomes = {name: len(terminalreporter.stats.get(name, ())) for name in _OUTCOMES}
        Path(path).write_text(json.dumps({"seconds": _seconds, "outcomes": outcomes}))
