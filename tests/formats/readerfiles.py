"""Small invented files in publishers' formats, and how the tests read them. No figure here is real."""

import io
import json
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import xlsxwriter

from tillsammans.formats.observations import Observation, Table
from tillsammans.kernel.problems import ImportProblem


def table(reader: ModuleType, content: bytes, name: str = "fil.dat") -> Table:
    """What the reader makes of the content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "uppladdad"
        path.write_bytes(content)
        read: Table = reader.read(path, name)
        return read


def knows(reader: ModuleType, content: bytes, name: str = "fil.dat") -> bool:
    """Whether the reader says that the content is its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "uppladdad"
        path.write_bytes(content)
        answer: bool = reader.looks_like(content[:65536], name, path)
        return answer


def refusal(reader: ModuleType, content: bytes, name: str = "fil.dat") -> str:
    """What the reader says when it refuses the content."""
    with pytest.raises(ImportProblem) as refused:
        table(reader, content, name)
    return str(refused.value)


def one(read: Table, **wanted: Any) -> Observation:
    """The only observation with these fields; ``name`` is the measured thing's name, ``where`` the place's."""
    found = [
        value
        for value in read.observations
        if all(
            {"name": read.measured[value.measured].name, "where": read.places[value.place].name}.get(
                key, getattr(value, key, None)
            )
            == want
            for key, want in wanted.items()
        )
    ]
    assert len(found) == 1, [len(found), wanted, read.observations[:5]]
    return found[0]


def left_out(read: Table) -> dict[str, int]:
    return {left.why: left.count for left in read.left_out}


def workbook(*sheets: tuple[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> bytes:
    """An xlsx file: each sheet's name and rows; ``None`` is an empty cell, a ``date`` an Excel date."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    elif cell is not None:
                        sheet.write_number(number, column, cell)
    return out.getvalue()


def sol_page(
    *rows: str,
    years: Sequence[str] = ("2022", "2023 prel."),
    parts: Sequence[str] = ("År",),
    measures: Sequence[str] = ("Antal",),
    title: str = "Anmälda brott",
    encoding: str = "iso-8859-1",
    axis: bool = True,
) -> bytes:
    """A result page. A row is "Region" alone for a group, or "Brott|1&nbsp;234|.." with as many figures as columns."""

    def th(text: str, wide: int = 1, of: str = "") -> str:
        return f'<th colspan="{wide}" class="resultatRubrik2"{f" axis={of}" if axis and of else ""}>\n {text}\n</th>'

    wide = len(years) * len(parts) * len(measures)
    head = [
        "<tr><td rowspan=3></td>" + "".join(th(part, wide // len(parts), "ar") for part in parts) + "</tr>",
        "<tr>" + "".join(th(year, len(measures), "manader") for _part in parts for year in years) + "</tr>",
        "<tr>" + "".join(th(text, of="matt") for _cell in range(wide // len(measures)) for text in measures) + "</tr>",
    ]
    body = []
    for row in rows or ("Påhittad kommun", "Totalt antal brott|1&nbsp;234|.."):
        label, *cells = row.split("|")
        body.append(
            f"<tr>{th(label, of='' if cells else 'region')}"
            + "".join(f"<td align=right>{cell}</td>" for cell in cells or [""] * wide)
            + "</tr>"
        )
    return (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><HTML><HEAD><script><!-- if (a < b) {} --></script>'
        '<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">'
        "<title>Sol, online statistik, Resultat</title></HEAD><BODY>"
        f'<table><tr><td class="tabell-rubrik">{title}\n</td></tr></table>\n<table>\n'
        + "\n".join([*head, *body])
        + "</table></BODY></HTML>"
    ).encode(encoding)


LAWS = "BrB 3 kap. 5-6 §§"


def ten_years(
    *rows: Sequence[Any],
    title: str = "Tabell 10. Anmälda brott efter brottstyp, i hela landet, 2021–2023.",
    years: Sequence[Any] = (2021, 2022, "2023 prel."),
    notes: Sequence[str] = ("1) En påhittad not från år 2019.",),
) -> bytes:
    """Brå's ready-made table: law, label, and as many figures as years."""
    body = rows or (
        ["BrB", "Brott mot brottsbalken, totalt", 1000, "1230 033", " 492 "],
        [LAWS, "Misshandel, ej med dödlig utgång, totalt", 80, "1\u00a0230", "-"],
    )
    return workbook(("Statistik", [[title], ["Lagrum", "Brottstyp", *years], *body, [], *([note] for note in notes)]))


def indicators_book(*sheets: tuple[str, Sequence[Sequence[Any]]]) -> bytes:
    """The workbook "Indikatorer för kommuners lägesbild": contents, a register indicator, one of the crime survey."""
    return workbook(
        ("Innehåll", [["Indikatorer för kommuners lägesbild"], ["Blad", "Indikator"], ["Våldsbrott", "Anmälda"]]),
        *(
            sheets
            or (
                (
                    "Våldsbrott",
                    [
                        ["Anmälda våldsbrott, 2021–2022"],
                        ["Område", "Antal", None, "Antal per 100 000 invånare", None],
                        [None, 2021, "2022 prel.", 2021, "2022 prel."],
                        ["Heby", 12, 15, 85, "106"],
                        ["Uppsala län", "1 234", 1300, 300, 310],
                        ["Hela riket", 9, 8, 7, "-"],
                        [],
                        ["Källa: påhittad"],
                    ],
                ),
                (
                    "Otrygghet utomhus-NTU",
                    [
                        ["Otrygga utomhus en sen kväll"],
                        ["Område", "2020/2021", "2022/2023"],
                        ["Heby", 21.5, ".."],
                        ["Uppsala län", "19,5", 20],
                        ["Hela riket", 25, 26.1],
                    ],
                ),
            )
        ),
    )


FOOTER = (
    "En påhittad not.",
    "",
    "Senaste uppdatering:",
    "20240322 08:00",
    "",
    "Källa:",
    "SCB",
    "",
    "Kontaktperson:",
    "Förnamn Efternamn, SCB",
    " +46 010-000 00 00",
    "",
    "Sort:",
    "antal",
    "",
    "Intern referenskod:",
    "000009ZZ",
)


def pxweb_xlsx(
    *rows: Sequence[Any],
    title: str = "Folkmängden per region efter region, år, ålder och kön",
    heads: Sequence[Sequence[Any]] = (
        (None, "2022", None, "2023", None),
        (None, "totalt", "0-24 år", "totalt", "0-24 år"),
        (None, "totalt"),
    ),
    footer: Sequence[str] = FOOTER,
    sheet: str = "000009ZZ",
) -> bytes:
    """A PxWeb workbook: title, empty row, head rows with gaps, data, empty row, footer."""
    body = rows or (["0114A0010", 900, 210, 910, 205], ["0382C1010", 1500, 400.5, 1490, ".."])
    return workbook((sheet, [[title], [], *heads, *body, [], *([line or None] for line in footer)]))


def pxweb_csv(*lines: str, encoding: str = "cp1252") -> bytes:
    """A PxWeb CSV: code and name in one cell, everything quoted."""
    text = lines or (
        '"region","kön","Folkmängd 2022","Folkmängd 2023"',
        '"0114 Upplands Väsby","män",100,110',
        '"0114 Upplands Väsby","kvinnor",120,..',
        '"0382 Östhammar","män",50,60',
        '"0382 Östhammar","kvinnor",55,"65"',
    )
    return ("\r\n".join(text) + "\r\n").encode(encoding)


def jsonstat(**changed: Any) -> bytes:
    """A JSON-stat 2 answer as SCB gives it; ``changed`` replaces its parts."""
    return json.dumps(
        {
            "version": "2.0",
            "class": "dataset",
            "label": "Folkmängden efter region, kön, tabellinnehåll och år",
            "source": "SCB",
            "updated": "2024-03-22T07:00:00Z",
            "id": ["Region", "Kon", "ContentsCode", "Tid"],
            "size": [2, 3, 1, 2],
            "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
            "dimension": {
                "Region": {
                    "label": "region",
                    "category": {
                        "index": {"0114A0010_DeSO2025": 0, "0114R001_RegSO2025": 1},
                        "label": {"0114A0010_DeSO2025": "0114A0010", "0114R001_RegSO2025": "Upplands Väsby (påhittat)"},
                    },
                },
                "Kon": {
                    "label": "kön",
                    "category": {"index": ["1", "2", "1+2"], "label": {"1": "män", "2": "kvinnor", "1+2": "totalt"}},
                },
                "ContentsCode": {
                    "label": "tabellinnehåll",
                    "category": {
                        "index": {"0000053A": 0},
                        "label": {"0000053A": "Folkmängd"},
                        "unit": {"0000053A": {"base": "antal", "decimals": 0}},
                    },
                },
                "Tid": {
                    "label": "månad",
                    "category": {
                        "index": {"2024M01": 0, "2024M02": 1},
                        "label": {"2024M01": "2024M01", "2024M02": "2024M02"},
                    },
                },
            },
            "value": [10, 11, 20, 21, 30, 32, None, 1, 0, 2, None, 3],
            "status": {"6": "..", "10": "."},
            "extension": {
                "px": {"tableid": "TAB9999"},
                "contact": [{"name": "Förnamn Efternamn", "mail": "x@example.se"}],
            },
        }
        | changed
    ).encode()


def kolada_values(*records: tuple[str, str, int, Sequence[tuple[str, Any]]], next_page: str | None = None) -> bytes:
    """An answer with figures: key figure, municipality, year, and (sex, value) pairs."""
    return json.dumps(
        {
            "count": len(records),
            "next_page": next_page,
            "values": [
                {
                    "kpi": kpi,
                    "municipality": place,
                    "period": year,
                    "values": [
                        {
                            "gender": sex,
                            "count": 0 if value is None else 1,
                            "status": "Missing" if value is None else "",
                            "value": value,
                        }
                        for sex, value in values
                    ],
                }
                for kpi, place, year, values in records or (("N99901", "0382", 2024, (("T", 12.5),)),)
            ],
        }
    ).encode()


def kolada_list(**titles: str) -> bytes:
    """An answer with key figures' names."""
    return json.dumps(
        {
            "count": len(titles),
            "values": [
                {
                    "id": kpi,
                    "title": title,
                    "description": "Påhittat.",
                    "is_divided_by_gender": 1,
                    "municipality_type": "A",
                }
                for kpi, title in titles.items()
            ],
        }
    ).encode()


def kolada_csv(*lines: str) -> bytes:
    """A flat file of figures."""
    rows = lines or ("T,1,,12.5,N99901,2024,0382,Östhammar,K", "K,0,Missing,,N99901,2024,0382,Östhammar,K")
    return "\n".join(
        ("gender,count,status,value,kpi,year,municipality_id,municipality,municipality_type", *rows, "")
    ).encode()


EXTRACT_HEADS = (
    "",
    "Id",
    "Brottskod",
    "Brottskod.klartext",
    "Inskrivningsdatum",
    "Brottsdatum",
    "Kommun",
    "Län",
    "DeSO.område",
    "Antal",
)


def police_csv(
    *rows: Sequence[Any],
    heads: Sequence[str] = EXTRACT_HEADS,
    sign: str = ",",
    encoding: str = "utf-8",
) -> bytes:
    """A register extract; without rows, three invented crimes."""
    body = rows or (
        (
            1,
            9001,
            1211,
            "Skadegörelse, bilbrand",
            "2022-01-03",
            "2022-01-01",
            "Östhammar",
            "Uppsala Län",
            "0382C1010",
            1,
        ),
        (2, 9002, 1211, "Skadegörelse, bilbrand", "2022-03-05", "2022-03-05", "Östhammar", "Uppsala Län", "", 1),
        (3, 9003, 1211, "Skadegörelse, bilbrand", "2022-03-05", "2022-03-09", "", "", "", 1),
    )
    lines = [sign.join(f'"{cell}"' if isinstance(cell, str) else str(cell) for cell in row) for row in (heads, *body)]
    return ("\n".join(lines) + "\n").encode(encoding)


def police_xlsx(*sheets: tuple[str, Sequence[Sequence[Any]]]) -> bytes:
    """An extract as a workbook, with code and text in one cell and Excel dates."""
    heads = ["Lokalpolisområde", "Kommun", "HR-kod Beskrivning Slutlig", "Datum", "Antal HR"]
    return workbook(
        *(
            sheets
            or (
                ("Försättsblad", [["Uttag för påhittade ändamål"]]),
                (
                    "2023",
                    [
                        ["Sammanställning"],
                        heads,
                        ["LPO Påhitt", "Tierp", "1211 Skadegörelse, bilbrand", date(2023, 5, 1), 2],
                        ["LPO Påhitt", "Värde saknas", "1211 Skadegörelse, bilbrand", date(2023, 5, 9), 1],
                    ],
                ),
                ("2024", [heads, ["LPO Påhitt", "Tierp", "1211 Skadegörelse, bilbrand", "2024-05-01", 1]]),
            )
        )
    )
