"""Frozen content: versioned serialisation of frozen dataclasses that are signed, adopted, sent or detected.

The text is canonical JSON (``kernel.canonical``) whose first key names its schema and version,
``{"$schema":"promise/2","activities":[...``: ``$`` sorts before every letter and no field begins with it. Text without
that key was frozen by 0.1.0 and is version 1 of the kind that is stored in its place. A stored text is never written
again, so its hash stays that of the bytes that were signed; older versions are upgraded when they are read.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache, partial
from operator import eq
from typing import TYPE_CHECKING, Annotated, Any, Generic, NoReturn, TypeVar, get_args, get_origin
from uuid import UUID

from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from tillsammans.kernel.canonical import canonical

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")
Row = TypeVar("Row")
Upgrade = Callable[[Any], Any]

MARK = "$schema"
# So many texts of so many signs at most are kept read in a process: some 50 MB where all are the longest.
REMEMBERED, REMEMBERED_SIGNS = 500, 20_000
# Text types with a format, such as dates: validated when content is read, so that pages need not.
Day = Annotated[str, "a day, ISO 8601"]
Identity = Annotated[str, "a UUID"]


class UnreadableContent(Exception):
    """Stored content that this program cannot read.

    ``schema`` and ``version`` are those that the text states (version 0: none that can be read), ``reason``
    what is wrong with it, and ``subject`` the row that holds it.
    """

    def __init__(self, schema: str, version: int, reason: str, subject: Any = ""):
        super().__init__(schema, version, reason, subject)
        self.schema, self.version, self.reason, self.subject = schema, version, reason, subject

    def __str__(self) -> str:
        return _("går inte att läsa ({schema}, version {version}): {reason}").format(
            schema=self.schema, version=self.version, reason=self.reason
        )


@dataclass(frozen=True, slots=True)
class Schema:
    """A kind of frozen content: its name, the version that is written today, and the dataclass that holds it."""

    name: str
    version: int
    type: type[Any]


_BY_TYPE: dict[type[Any], Schema] = {}
_BY_NAME: dict[str, Schema] = {}
_UPGRADES: dict[tuple[str, int], Upgrade] = {}


def content(name: str, *, version: int) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass as the content ``name``, of which ``version`` is what it is written as today."""

    def register(kind: type[T]) -> type[T]:
        if name in _BY_NAME:
            raise TypeError(f"{name} is both {_BY_NAME[name].type.__name__} and {kind.__name__}")
        _BY_NAME[name] = _BY_TYPE[kind] = Schema(name, version, kind)
        return kind

    return register


def upgrade(name: str, *, from_version: int) -> Callable[[Upgrade], Upgrade]:
    """Register a pure function from the mapping of one version to that of the next.

    A version without one has the same fields as the version after it.
    """

    def register(function: Upgrade) -> Upgrade:
        _UPGRADES[name, from_version] = function
        return function

    return register


def renamed(**names: str) -> Upgrade:
    """An upgrade that gives fields other names: the old name to the new one."""
    return lambda plain: {names.get(key, key): value for key, value in plain.items()}


@cache
def schemas() -> dict[str, Schema]:
    """Every kind of content by name, from the ``content`` modules of all apps."""
    autodiscover_modules("content")
    return _BY_NAME


def freeze(value: object) -> str:
    """The canonical text of a registered dataclass, which begins with its schema and version."""
    schema = _BY_TYPE[type(value)]
    said = {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]
    return canonical({MARK: f"{schema.name}/{schema.version}", **said})


def refreeze(value: object, earlier: str) -> str:
    """``earlier`` itself where its content equals ``value``, else ``value`` frozen.

    So a text that was approved in an older version of its schema keeps its bytes and its hash.
    """
    text = freeze(value)
    mark = text[: text.index(",")]
    if earlier.startswith(mark):
        return text  # of one version, the same content is the same text
    try:
        return earlier if thaw(earlier, type(value)) == value else text
    except UnreadableContent:
        return text


def thaw(text: str, kind: type[T], subject: object = "") -> T:
    """The content of a stored text, upgraded to the present version of ``kind``.

    Every field must be there, none may be unknown, and each must have its type. Raises ``UnreadableContent``, which
    names ``subject``, the row that holds the text.
    """
    try:
        read = _read_before if len(text) <= REMEMBERED_SIGNS else _read
        made: T = read(text, kind)
        return made
    except UnreadableContent as error:
        error.subject = subject
        raise


def _read(text: str, kind: type[T]) -> T:
    schema = _BY_TYPE[kind]
    version = 0
    try:
        plain = json.loads(text, parse_constant=_no_number)
        name, version, plain = _marked(plain, schema)
        if name != schema.name:
            raise _Invalid(_("innehållet är av slaget {name}").format(name=name))
        if version > schema.version:
            raise _Invalid(_("innehållet är skrivet av en nyare version av programmet"))
        for step in range(version, schema.version):
            plain = _UPGRADES.get((schema.name, step), _unchanged)(plain)
        return structure(plain, kind)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UnreadableContent(schema.name, version, _reason(error)) from error


# Frozen text never changes and its content is immutable, so a list that is shown again need not read it again.
_read_before: Any = lru_cache(maxsize=REMEMBERED)(_read)


def structure(plain: Any, kind: type[T]) -> T:
    """A value of any type that content is made of, from parsed canonical content; by the rules of ``thaw``.

    Raises ``ValueError``, which names every fault and its place.
    """
    try:
        made: T = _converter().structure(plain, kind)
    except (ValueError, TypeError, RecursionError, ExceptionGroup) as error:
        raise _Invalid(_reason(error)) from error
    return made


@dataclass(frozen=True, slots=True)
class Readable(Generic[Row, T]):
    """The rows of a list whose content could be read, each with it, and what is wrong with the others."""

    rows: list[tuple[Row, T]]
    unreadable: list[UnreadableContent]


def thaw_each(rows: Iterable[Row], kind: type[T], text: Callable[[Row], str]) -> Readable[Row, T]:
    """The content of every row, in their order; a row that cannot be read does not hide the others."""
    readable: list[tuple[Row, T]] = []
    unreadable = []
    for row in rows:
        try:
            readable.append((row, thaw(text(row), kind, row)))
        except UnreadableContent as error:
            unreadable.append(error)
    return Readable(readable, unreadable)


class _Invalid(ValueError):
    """What is wrong with a content, in Swedish."""


def _marked(plain: Any, schema: Schema) -> tuple[str, int, Any]:
    """Name, version and fields of a parsed text; 0.1.0 also stored lists."""
    if not isinstance(plain, dict) or MARK not in plain:
        return schema.name, 1, plain
    name, _slash, version = str(plain[MARK]).partition("/")
    if not (version.isascii() and version.isdecimal()):
        raise _Invalid(_("schemat har ingen version"))
    return name, int(version), {key: value for key, value in plain.items() if key != MARK}


def _unchanged(plain: Any) -> Any:
    return plain


def _no_number(text: str) -> NoReturn:
    raise _Invalid(_("{text} är inget tal").format(text=text))


def _reason(error: Exception) -> str:
    """Every validation error with its path: "fält saknas: benefit @ $.activities[0]"."""
    from cattrs import transform_error

    if isinstance(error, json.JSONDecodeError):
        return _("texten är skadad vid tecken {position}").format(position=error.pos)
    if isinstance(error, _Invalid):
        return str(error)
    words = transform_error(error, format_exception=lambda one, _kind: str(one) or type(one).__name__)
    return "; ".join(word.removesuffix(" @ $") for word in words)


@cache
def _converter() -> Any:
    """The one converter, made when content is first read: cattrs takes longer to import than most commands run."""
    from cattrs import Converter

    converter: Any = Converter()  # Any: its types know no hook that looks at the type it is for
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, _exactly)
    converter.register_structure_hook(Decimal, _from_text(_finite, "Decimal"))
    converter.register_structure_hook(date, _from_text(date.fromisoformat, "date"))
    converter.register_structure_hook(datetime, _from_text(datetime.fromisoformat, "datetime"))
    converter.register_structure_hook(UUID, _from_text(UUID, "UUID"))
    converter.register_structure_hook_func(partial(eq, Day), _from_text(date.fromisoformat, "date", keep=True))
    converter.register_structure_hook_func(partial(eq, Identity), _from_text(UUID, "UUID", keep=True))
    converter.register_structure_hook_factory(partial(_has_origin, tuple), _tuple)
    converter.register_structure_hook_factory(partial(_has_origin, Mapping), _mapping)
    converter.register_structure_hook_factory(lambda kind: isinstance(kind, type) and is_dataclass(kind), _dataclass)
    return converter


def _has_origin(origin: object, kind: Any) -> bool:
    return get_origin(kind) is origin


def _exactly(value: Any, kind: type[T]) -> T:
    if type(value) is not kind:
        raise _Invalid(_("ska vara av typen {type}").format(type=kind.__name__))
    return value


def _from_text(parse: Callable[[str], Any], name: str, *, keep: bool = False) -> Callable[[Any, Any], Any]:
    """A structure hook that parses a text as the type ``name``; ``keep``: validates only, and returns the text."""

    def read(value: Any, _kind: object) -> Any:
        text = _exactly(value, str)
        try:
            made = parse(text)
        except (ValueError, ArithmeticError) as error:
            raise _Invalid(_("ska vara av typen {type}").format(type=name)) from error
        return text if keep else made

    return read


def _finite(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _tuple(kind: Any, converter: "Converter") -> Callable[[Any, Any], tuple[Any, ...]]:
    from cattrs.cols import homogenous_tuple_structure_factory

    parts = get_args(kind)
    if parts[-1] is Ellipsis:
        items = homogenous_tuple_structure_factory(kind, converter)
        return lambda value, _kind: items(_exactly(value, list), kind)
    hooks = [(converter.get_structure_hook(part), part) for part in parts]
    return lambda value, _kind: tuple(
        hook(item, part) for (hook, part), item in zip(hooks, _exactly(value, list), strict=True)
    )


def _mapping(kind: Any, converter: "Converter") -> Callable[[Any, Any], Mapping[Any, Any]]:
    from cattrs.cols import mapping_structure_factory

    items = mapping_structure_factory(kind, converter)
    return lambda value, _kind: items(_exactly(value, dict), kind)


def _dataclass(kind: Any, converter: "Converter") -> Callable[[Any, Any], Any]:
    from cattrs.gen import make_dict_structure_fn

    structure = make_dict_structure_fn(kind, converter)
    names = {field.name for field in fields(kind)}

    def strict(value: Any, _kind: object) -> Any:
        keys = _exactly(value, dict).keys()
        if missing := names - keys:
            raise _Invalid(_("fält saknas: {names}").format(names=", ".join(sorted(missing))))
        if unknown := keys - names:
            raise _Invalid(_("fält är okända: {names}").format(names=", ".join(sorted(unknown))))
        return structure(value, kind)

    return strict
