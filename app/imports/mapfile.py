"""Finding and reading a map, with mistakes told by line and key."""

import re
import tomllib
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from app.imports.map import LogMap
from core.errors import Invalid

SHIPPED = resources.files("app.imports") / "maps"


def shipped_names() -> list[str]:
    """The maps that come with Clearqueue, by the names that `--map` takes."""
    return sorted(file.name.removesuffix(".toml") for file in SHIPPED.iterdir() if file.name.endswith(".toml"))


def load_map(name: str) -> LogMap:
    """The map in the file `name`, or the shipped one of that name. Raises `Invalid` with line and key."""
    path = Path(name)
    if path.is_file():
        return read_map(path.read_text(encoding="utf-8"), path.name)
    if name in shipped_names():
        return read_map((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")
    raise Invalid(f"There is no map {name!r}: give a TOML file, or one of {', '.join(shipped_names())}.")


def read_map(text: str, where: str) -> LogMap:
    """A map from its text; `where` names it in messages."""
    try:
        return LogMap.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{where} is not TOML: {error}.") from error
    except ValidationError as error:
        mistakes = [_sentence(text, found["loc"], found["msg"]) for found in error.errors()]
        raise Invalid(f"{where}: {'; '.join(mistakes)}.", mistakes=mistakes) from error


def _sentence(text: str, location: tuple[int | str, ...], message: str) -> str:
    keys = [str(part) for part in location]
    line = _line_of(text, keys)
    place = f"line {line}, " if line else ""
    return f"{place}{'.'.join(keys) or 'map'}: {message.removeprefix('Value error, ')}"


def _line_of(text: str, keys: list[str]) -> int | None:
    """The line on which the deepest of `keys` stands: tomllib keeps no lines, so follow the table headers."""
    table: list[str] = []
    arrays: dict[str, int] = {}
    best, depth = None, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line):
            table = _parts(header[2])
            if header[1] == "[[":
                arrays[header[2]] = arrays.get(header[2], -1) + 1
                table.append(str(arrays[header[2]]))
            here = table
        elif assignment := re.match(r"\s*((?:\"[^\"]*\"|[\w.-])+)\s*=", line):
            here = table + _parts(assignment[1])
        else:
            continue
        if here == keys[: len(here)] and len(here) > depth:
            best, depth = number, len(here)
    return best


def _parts(dotted: str) -> list[str]:
    return [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|([\w-]+)', dotted)]
