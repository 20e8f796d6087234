"""Introspection: every route with its policy and every deed with its policy, for docs/permissions.md and tests."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import module_has_submodule
from django.utils.translation import override

from tillsammans.kernel.access import ABILITIES
from tillsammans.kernel.deeds import DEEDS


def all_routes() -> list[dict[str, Any]]:
    """Path, name, methods, whether it is public, and the policy in words; by path."""
    with override("sv"):
        return sorted(
            (_described(path, name, view) for path, name, view in walk(get_resolver().url_patterns)),
            key=lambda route: route["path"],
        )


def walk(patterns: Any, path: str = "/", space: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every route as (path, name, view)."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern.url_patterns, path + str(pattern.pattern), inner)
        elif isinstance(pattern, URLPattern):
            yield path + str(pattern.pattern), f"{space}{pattern.name}", pattern.callback


def _described(path: str, name: str, view: Any) -> dict[str, Any]:
    hung = getattr(view, "door", None)
    if hung is not None:
        return {
            "path": path,
            "name": name,
            "methods": list(hung.methods),
            "public": hung.public,
            "policy": hung.words(),
            "scope": "link" if hung.verb else "public" if hung.public else "organisation",
        }
    opened = name in settings.SIGN_IN_DOORS
    words = "inloggning" if opened else "stängd"
    return {
        "path": path,
        "name": name,
        "methods": ["GET", "POST"],
        "public": opened,
        "policy": words,
        "scope": "sign-in",
    }


def load_deeds() -> None:
    """Import every app's actions, so that all deeds are known; the pages import those that lie deeper."""
    import_module(settings.ROOT_URLCONF)
    for app in apps.get_app_configs():
        if app.name.startswith("tillsammans.") and module_has_submodule(app.module, "actions"):
            import_module(f"{app.name}.actions")


def permission_page() -> str:
    """docs/permissions.md: what each ability is, each deed with its rule, each page with its rule."""
    load_deeds()
    with override("sv"):
        lines = [
            "# Permissions",
            "",
            "Generated from the code by `./tillsammans permissions`; a test holds it to the code. The rules are in "
            "Swedish, "
            "as a person who is refused reads them.",
            "",
            "## Abilities",
            "",
            "| ability | a person has it when |",
            "|---|---|",
            *(f"| `{name}` | {words} |" for name, words in sorted(ABILITIES.items())),
            "",
            "## Deeds",
            "",
            "| deed | what it does | it is allowed when |",
            "|---|---|---|",
            *(
                f"| `{deed.name}` | {deed.words} | {deed.policy.words()} |"
                for deed in sorted(DEEDS.values(), key=lambda d: d.name)
            ),
            "",
            "## Links without account",
            "",
            "Whoever has the link may do this with the one object that it was made for, until it expires, is used up "
            "or revoked. The log names the link.",
            "",
            "| deed | what it does | page |",
            "|---|---|---|",
            *(
                f"| `{verb}` | {DEEDS[verb].words} | `{path}` |"
                for path, _name, view in walk(get_resolver().url_patterns)
                if (verb := getattr(getattr(view, "door", None), "verb", ""))
            ),
            "",
            "## Pages",
            "",
            "| page | methods | open when |",
            "|---|---|---|",
            *(f"| `{route['path']}` | {', '.join(route['methods'])} | {route['policy']} |" for route in all_routes()),
        ]
    return "\n".join(lines) + "\n"
