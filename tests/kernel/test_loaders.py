"""Templates reach the page without their indentation."""

from pathlib import Path

import pytest
from django.template.loader import get_template

pytestmark = pytest.mark.pure


def test_indentation_is_left_out_and_every_line_stays() -> None:
    template = get_template("kernel/form.html").template
    written = Path(template.origin.name).read_text().splitlines()
    assert any(line.startswith("    ") for line in written)
    assert template.source.splitlines() == [line.lstrip() for line in written]
