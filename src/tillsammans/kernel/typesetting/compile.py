"""The child process that runs Typst: a request as JSON on stdin, the result on stdout. Started by the package only.

Run as a file, so that nothing of the product is imported: only the compiler, the template beside this file, the fonts,
and the request's data. Text reaches Typst as data and is never source. Exit code 3 means that the document was refused;
the reason stands on stderr.
"""

import base64
import json
import resource
import sys
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "fonts"
TEMPLATES = {"pdf": HERE / "document.typ", "png": HERE / "pictures.typ"}
UNDRAWN = ("Cc", "Cs")  # control characters and lone surrogates
MOST_TRIED = 400  # distinct unusual characters; more than any language but a poison text needs


def drawable(value: Any, compiler: typst.Compiler) -> Any:
    """The data with each character that no font holds written as its code, "[U+1F600]".

    PDF/A refuses a page with a missing glyph; one emoji in a comment must not cost the whole document.
    """
    letters: set[str] = set()
    _letters(value, letters)
    # Latin with its accents is in the fonts, and is nearly all there is; each other character is tried alone.
    unusual = sorted(letter for letter in letters if ord(letter) > 0x17F or unicodedata.category(letter) in UNDRAWN)
    table: dict[int, str] = {}
    for number, letter in enumerate(unusual):
        if letter in "\n\t":
            continue
        if unicodedata.category(letter) in UNDRAWN or number >= MOST_TRIED or not _can_show(letter, compiler):
            table[ord(letter)] = f"[U+{ord(letter):04X}]"
    return _translated(value, table)


def _letters(value: Any, letters: set[str]) -> None:
    if isinstance(value, str):
        letters.update(value)
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            _letters(part, letters)


def _translated(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, list):
        return [_translated(part, table) for part in value]
    if isinstance(value, dict):
        return {key: _translated(part, table) for key, part in value.items()}
    return value


def _can_show(letter: str, compiler: typst.Compiler) -> bool:
    source = b'#set document(title: "x")\n#set text(font: ("Source Sans 3", "Source Serif 4"))\n#sys.inputs.letter'
    try:
        compiler.compile(input=source, format="pdf", pdf_standards=["a-2a"], sys_inputs={"letter": letter})
    except typst.TypstError:
        return False
    return True


def main() -> int:
    """Compile one request: {"memory", "seconds", "kind": "pdf" or "png", "data", "timestamp"}."""
    request = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    kind = request["kind"]
    with tempfile.TemporaryDirectory() as empty:
        compiler = typst.Compiler(
            root=str(HERE),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            # Packages are looked for in an empty folder, never on the network: the templates use none.
            package_path=empty,
            package_cache_path=empty,
        )
        options: dict[str, Any] = {"ppi": 144.0}
        if kind == "pdf":
            options = {"pdf_standards": ["ua-1", "a-2a"], "timestamp": request["timestamp"]}
        inputs = {"data": json.dumps(drawable(request["data"], compiler))}
        try:
            result: Any = compiler.compile(input=TEMPLATES[kind], format=kind, sys_inputs=inputs, **options)
        except typst.TypstError as refused:
            sys.stderr.write(f"{refused.message} {' '.join(refused.hints)}")
            return 3
    if kind == "pdf":
        sys.stdout.buffer.write(result)
    else:
        pages = result if isinstance(result, list) else [result]
        json.dump([base64.b64encode(page).decode() for page in pages], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
