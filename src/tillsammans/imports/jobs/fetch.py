"""Background jobs of fetching: request from the source, store the response as an upload, and validate it."""

from datetime import datetime
from uuid import UUID

from tillsammans.formats import jsonstat
from tillsammans.formats import kolada as kolada_reader
from tillsammans.imports import actions
from tillsammans.imports import jobs as importing
from tillsammans.imports.clients import kolada, scb
from tillsammans.indicators.models import Import
from tillsammans.kernel import clock, uploads
from tillsammans.kernel.access import Actor
from tillsammans.kernel.progress import Progress


def fetch_kolada(actor: Actor, progress: Progress, address: str, kpis: list[str], places: list[str]) -> str:
    """Fetch key figures; returns the URL of the preview."""
    if not Import.objects.filter(uuid=UUID(address)).exists():
        content = kolada.answers(kpis, places, progress)
        _keep(actor, UUID(address), "kolada", content, kolada_reader.KIND)
    return importing.check(actor, progress, address)


def fetch_scb(actor: Actor, progress: Progress, address: str, table: str, places: list[str], periods: int) -> str:
    """Fetch a table; returns the URL of the preview."""
    if not Import.objects.filter(uuid=UUID(address)).exists():
        content = scb.answer(table, places, periods, progress)
        _keep(actor, UUID(address), f"scb-{table.rsplit('/', 1)[-1]}", content, jsonstat.KIND)
    return importing.check(actor, progress, address)


def _keep(actor: Actor, address: UUID, source: str, content: bytes, kind: str) -> None:
    """Store the response as an upload. Replaces what a killed worker had begun to write."""
    uploads.remove(address)
    moment: datetime = clock.now().astimezone(clock.STOCKHOLM)
    kept = uploads.keep(address, [(f"{source}-{moment:%Y-%m-%d-%H%M}.json", [content])])
    actions.upload(actor, None, address=address, files=kept, background=False, kind=kind)
