"""Everything the statistics package offers: its families, and in each the public functions and classes."""

import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import tillsammans_stats

SHARED = {"checks", "distributions", "result"}  # what the families have in common; an analyst imports none of it


def families() -> dict[str, ModuleType]:
    """Each module or package directly below ``tillsammans_stats``, by name."""
    root = Path(tillsammans_stats.__file__).parent
    names = {path.stem for path in root.glob("*.py")} | {path.parent.name for path in root.glob("*/__init__.py")}
    return {
        name: importlib.import_module(f"tillsammans_stats.{name}")
        for name in sorted(names - SHARED)
        if not name.startswith("_")
    }


def offered(module: ModuleType) -> dict[str, Any]:
    """The public names of a family: its ``__all__``, or what a family of one file defines without an underscore."""
    if hasattr(module, "__all__"):
        return {name: getattr(module, name) for name in module.__all__}
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    }


def functions() -> dict[str, Callable[..., Any]]:
    """Every public function as ``family.name``; one that two families offer is listed where it is defined."""
    found: dict[Callable[..., Any], str] = {}
    for family, module in families().items():
        for name, value in offered(module).items():
            if inspect.isfunction(value) and (value not in found or value.__module__ == module.__name__):
                found[value] = f"{family}.{name}"
    return {name: function for function, name in sorted(found.items(), key=lambda item: item[1])}
