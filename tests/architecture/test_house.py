"""What holds for the whole house."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from tillsammans.kernel.models import Entity, Owned

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for path in (ROOT / "src").rglob("*.py") if "migrations" not in path.parts]
TEMPLATES = [path for path in (ROOT / "src").rglob("*.html") if "templates" in path.parts]
TECHNICAL = {"id", "uuid", "recorded_at", "version"}
# Tables without an owner, and why.
UNOWNED = {
    "kernel.AuditHead": "the chains themselves",
    "kernel.AuditEntry": "written by deeds only, read by organisation",
    "kernel.Installation": "about the installation",
    "parties.Organisation": "everyone may know that an organisation exists",
    "parties.Person": "a person may hold roles in several organisations",
    "indicators.Indicator": "what numbers are about is common knowledge",
}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("tillsammans.")]


def test_every_table_has_an_owner_or_a_reason() -> None:
    assert {model._meta.label for model in own_models() if not issubclass(model, Owned)} == set(UNOWNED)


def test_every_field_has_one_privacy_class() -> None:
    for model in own_models():
        if not (issubclass(model, Entity) or hasattr(model, "PRIVACY")):
            continue
        classed = [name for names in model.PRIVACY.values() for name in names.split()]  # type: ignore[attr-defined]
        assert len(classed) == len(set(classed)), model
        assert set(model.PRIVACY) <= {"K0", "K1", "K2", "K3"}, model  # type: ignore[attr-defined]
        fields = {
            field.name
            for field in [*model._meta.concrete_fields, *model._meta.many_to_many]
            if not isinstance(field, models.ForeignKey) and field.name not in TECHNICAL
        }
        assert fields == set(classed), f"{model._meta.label}: {fields ^ set(classed)}"


def test_only_the_clock_looks_at_the_time() -> None:
    looks = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|datetime\.utcnow\(|localdate\(")
    found = [path for path in SOURCES if looks.search(path.read_text()) and path.name != "clock.py"]
    assert found == []


# Who may import what opens a connection, and why.
CONNECTING = {
    "tillsammans/cli.py": "asks the demo's own server whether it is up",
    "tillsammans/kernel/outbox.py": "names the errors of mail servers; Django's backend connects",
    "tillsammans/kernel/outgoing.py": "the one way out",
}


def test_there_is_one_way_out() -> None:
    opens = re.compile(
        r"^\s*(?:from|import) (?:urllib\.request|urllib3|http\.client|http\.server|socket|socketserver|ssl|ftplib"
        r"|smtplib|telnetlib|poplib|imaplib|xmlrpc|asyncio|requests|httpx|aiohttp|websockets?|paramiko|pycurl)\b"
        r"|^\s*from (?:urllib import .*request|http import .*client)|urlopen\(|create_connection\(",
        re.M,
    )
    found = {str(path.relative_to(ROOT / "src")) for path in SOURCES if opens.search(path.read_text())}
    assert found == set(CONNECTING)


def test_raw_sql_stays_in_the_kernel() -> None:
    raw = re.compile(r"\.raw\(|\.extra\(|\.cursor\(|RawSQL")
    found = [path for path in SOURCES if raw.search(path.read_text()) and "kernel" not in path.parts]
    assert found == []


def test_no_module_is_called_by_an_empty_word() -> None:
    empty = {"utils.py", "helpers.py", "services.py", "managers.py", "signals.py"}
    assert [path for path in SOURCES if path.name in empty] == []


def test_no_file_has_outgrown_its_idea() -> None:
    long = {str(path.relative_to(ROOT)): count for path in SOURCES if (count := path.read_text().count("\n")) > 600}
    assert long == {}


def test_no_line_of_a_template_is_longer_than_a_reader_sees() -> None:
    """The formatter breaks what it may; a template tag it leaves as long as it was written."""
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 160
    ]
    assert long == []


def test_no_template_shows_its_indentation() -> None:
    """Templates are loaded without it (``kernel.loaders``)."""
    assert [str(path.relative_to(ROOT)) for path in TEMPLATES if "<pre" in path.read_text()] == []


def test_templates_and_scripts_obey_the_content_policy() -> None:
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=", re.I)
    assert [str(path.relative_to(ROOT)) for path in TEMPLATES if inline.search(path.read_text())] == []


LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-test.lock"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_registry_and_has_a_hash_for_each_package(lock: Path) -> None:
    assert "http" not in lock.read_text()
    assert all("--hash=sha256:" in part for part in re.split(r"\n(?=\S)", lock.read_text()))


def _without_marker(part: str) -> str:
    return re.sub(r" ;.*", " \\\\", part)


def test_the_tests_run_on_the_same_versions_as_users() -> None:
    """With the same files; a package that users need on one system only may be needed everywhere by a test tool."""
    running, tests = (
        {_without_marker(part) for part in re.split(r"\n(?=\S)", lock.read_text().strip())} for lock in LOCKS
    )
    assert running < tests


def test_the_secret_is_never_in_the_code() -> None:
    assert 'SECRET_KEY = "' not in (ROOT / "src/tillsammans/config/settings.py").read_text()
    assert settings.DEBUG is False
