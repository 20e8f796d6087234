"""What all tests share: where publishers' real files lie, and that each test starts in Swedish."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# A machine that does other things too draws examples slowly; that says nothing of the code under test.
hypothesis_settings.register_profile("tillsammans", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("tillsammans")

pytest_plugins = ["tests.browser", "tests.demo", "tests.timing", "tests.world"]


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    """A request leaves its language active in the thread, as Django means it to; the next test must not meet it."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with publishers' real files; a test that needs it is skipped where it is absent."""
    folder = Path(settings.SHARED)
    if not folder.is_dir():
        pytest.skip("the folder with publishers' files is absent (setting TILLSAMMANS_SHARED)")
    return folder
