"""``./tillsammans picture``: publishers' files in, a situational picture as documents and data out. No database."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillsammans.formats import databasfil, population_reader
from tillsammans.geo import reference
from tillsammans.indicators.from_files import areas_in_files, source_file
from tillsammans.indicators.series import SourceFile
from tillsammans.kernel import clock
from tillsammans.kernel.documents import DocumentError, to_docx, to_pdf
from tillsammans.kernel.problems import FileError, ImportProblem
from tillsammans.picture.documents import data_csv, data_json, picture_document
from tillsammans.picture.from_files import Evidence, content_from, evidence


def run(municipality: str, files: list[Path], out: Path, population: Path | None, as_json: bool) -> int:
    """Write ``lagesbild.pdf``, ``lagesbild.docx``, ``data.csv`` and ``data.json`` for a municipality into ``out``.

    ``municipality`` is a code of four digits. All four files are written, or none: what was in ``out`` stays until
    they are all made. Says on stderr how far it has come; on stdout what it wrote, as JSON if ``as_json``. Returns 0;
    1 if a file was refused or could not be written, with the reason on stderr; 2 for a code that is no municipality.
    """
    code = reference.code_of(municipality)
    if code is None or len(code) != 4:
        return _stop(
            _("”{code}” är ingen kommunkod. Skriv fyra siffror, till exempel 0382.").format(code=municipality), 2
        )
    try:
        made, collected = _made(reference.present_code(code, clock.today()), files, population)
        _put_in_place(made, out)
    except ImportProblem as problem:
        return _stop(_("Inget skrevs.") + "\n" + str(problem))
    except DocumentError as error:
        return _stop(_("Dokumentet kunde inte göras, så inget skrevs. {why}").format(why=error))
    except OSError as error:
        where = error.filename or out
        return _stop(
            _("Inget skrevs: {where} gick inte att läsa eller skriva ({why}).").format(
                where=where, why=error.strerror or error
            )
        )
    _tell(collected, made, out, as_json)
    return 0


def _made(code: str, files: Sequence[Path], population: Path | None) -> tuple[dict[str, bytes], Evidence]:
    """The content of every file by name."""
    sources: list[SourceFile] = []
    parsed = []
    for path in files:
        with _step(_("Läser {name}").format(name=path.name)) as progress:
            sources.append(source_file(path))
            parsed.append(databasfil.read(path, path.name, progress))
    people = None
    if population is not None:
        with _step(_("Läser {name}").format(name=population.name)):
            people = population_reader.read(population, population.name)
    with _step(_("Räknar")):
        collected = evidence(parsed, sources, code, people, population.name if population else "")
        if collected is None:
            raise _absent(code, parsed, files)
        content = content_from(collected, sources)
    document = picture_document(
        content,
        on=content.ends_on,
        status=_("Gjord ur {files}, inte antagen").format(files=", ".join(path.name for path in files)),
    )
    with _step(_("Sätter PDF")):
        pdf = to_pdf(document)
    with _step(_("Skriver Word")):
        docx = to_docx(document)
    return {
        "lagesbild.pdf": pdf,
        "lagesbild.docx": docx,
        "data.csv": data_csv(collected.series).encode("utf-8-sig"),
        "data.json": data_json(code, collected.series).encode(),
    }, collected


def _absent(code: str, parsed: Sequence[databasfil.Databasfil], files: Sequence[Path]) -> ImportProblem:
    present = [f"{code} {name}" for code, name in sorted(areas_in_files(parsed).items()) if len(code) == 4]
    shown = ", ".join(present[:10]) + (", …" if len(present) > 10 else "")
    return ImportProblem(
        [
            FileError(
                _("Det finns inga siffror för kommunen {code}.").format(code=code),
                _("Här finns {regions}. Välj en av dem, eller hämta en fil där kommunen är med.").format(regions=shown),
                ", ".join(path.name for path in files),
            )
        ]
    )


def _put_in_place(made: dict[str, bytes], out: Path) -> None:
    """Write beside ``out`` first, then move; what fails half-way is taken away again."""
    above = next(folder for folder in (out.absolute().parent, *out.absolute().parents) if folder.is_dir())
    beside = Path(tempfile.mkdtemp(prefix=".lagesbild-", dir=above))
    try:
        for name, content in made.items():
            (beside / name).write_bytes(content)
        out.mkdir(parents=True, exist_ok=True)
        for name in made:
            (beside / name).replace(out / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _tell(evidence: Evidence, made: dict[str, bytes], out: Path, as_json: bool) -> None:
    written = [str(out / name) for name in made]
    values = sum(point.value is not None for one in evidence.counts for point in one.points)
    if as_json:
        print(
            json.dumps(
                {
                    "municipality": evidence.municipality,
                    "name": evidence.name,
                    "indicators": len(evidence.counts),
                    "values": values,
                    "files": written,
                },
                ensure_ascii=False,
            )
        )
        return
    print(
        ngettext(
            "Lägesbild för {name}: {types} brottstyp, {values} siffror.",
            "Lägesbild för {name}: {types} brottstyper, {values} siffror.",
            len(evidence.counts),
        ).format(name=evidence.name, types=len(evidence.counts), values=values)
    )
    for name in written:
        print(f"  {name}")


def _stop(message: str, code: int = 1) -> int:
    print(message, file=sys.stderr)
    return code


class _step:  # noqa: N801  a context manager that reads as a verb
    """One step of the work on stderr: its name at once, how far it has come at a terminal, and that it is done."""

    def __init__(self, name: str):
        self.name = name

    def __enter__(self) -> Callable[[int, int], None]:
        print(f"{self.name} …", end="", file=sys.stderr, flush=True)
        return self._progress

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{self.name} … {100 * done // max(total, 1)} %", end="", file=sys.stderr, flush=True)

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        print(_(" klart") if kind is None else _(" avbrutet"), file=sys.stderr)
