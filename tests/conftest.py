"""What all tests share: where publishers' real files lie."""

from pathlib import Path

import pytest
from django.conf import settings

pytest_plugins = ["tests.browser", "tests.world"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with publishers' real files; a test that needs it is skipped where it is absent."""
    folder = Path(settings.SHARED)
    if not folder.is_dir():
        pytest.skip("the folder with publishers' files is absent (setting TILLSAMMANS_SHARED)")
    return folder
