"""The terms of the trade that the apps explain, by the word itself in Swedish."""

from functools import cache
from typing import Any

from django.utils.module_loading import import_string

from tillsammans.kernel.wiring import table


@cache
def terms() -> dict[str, Any]:
    """Each term with its explanation (lazy text), as wired in ``config.wiring.TERMS``."""
    return {word: explanation for path in table("TERMS") for word, explanation in import_string(path).items()}
