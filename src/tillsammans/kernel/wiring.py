"""Dependency inversion between layers: dotted paths in ``config.wiring`` to functions of apps above."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string


@cache
def table(name: str) -> Any:
    """What is wired under ``name``, as it is written."""
    return getattr(import_module(settings.WIRING), name)


@cache
def functions(name: str, key: str | None = None) -> tuple[Callable[..., Any], ...]:
    """The functions wired under ``name`` (a list), or under its ``key`` (a dictionary of lists); none if absent."""
    wired = table(name)
    paths = wired if key is None else wired.get(key, ())
    return tuple(import_string(path) for path in ([paths] if isinstance(paths, str) else paths))


@cache
def function(name: str, key: str) -> Callable[..., Any]:
    """The one function wired under ``name`` and ``key``; ``KeyError`` if there is none."""
    wired: Callable[..., Any] = import_string(table(name)[key])
    return wired


def names(name: str, key: str) -> tuple[str, ...]:
    """The names wired under ``key`` of the dictionary ``name``; none if absent."""
    return tuple(table(name).get(key, ()))


def page_url(name: str, *args: Any) -> str:
    """The address of a page of an app above, wired in ``PAGES`` under ``name``."""
    return reverse(table("PAGES")[name], args=args)


def keys(name: str) -> tuple[str, ...]:
    """The keys of the dictionary wired under ``name``, in the order in which they are written."""
    return tuple(table(name))
