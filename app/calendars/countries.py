"""Public holidays by country and subdivision, from the `holidays` library."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import holidays
from holidays.registry import COUNTRIES

from core.calendar import Holiday
from core.errors import NotFound

FIRST_YEAR, LAST_YEAR = 1990, 2099


@cache
def countries() -> Mapping[str, str]:
    """Names of countries by their ISO code, in the order of names."""
    named = {code: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name, code, *_ in COUNTRIES.values()}
    return dict(sorted(named.items(), key=lambda one: one[1]))


@cache
def subdivisions(country: str) -> Sequence[str]:
    """A country's parts that have holidays of their own."""
    return tuple(sorted(set(holidays.list_supported_countries()[_known(country)])))


def country_holidays(country: str, subdivision: str | None, first: date, last: date) -> Sequence[Holiday]:
    """The public holidays there from `first` to `last`, by date, in English or else in the country's language."""
    country = _known(country)
    if subdivision and subdivision not in subdivisions(country):
        raise NotFound(f"{country} has no part {subdivision}; its parts are {', '.join(subdivisions(country)) or '-'}.")
    years = range(max(first.year, FIRST_YEAR), min(last.year, LAST_YEAR) + 1)
    languages = holidays.list_localized_countries().get(country, [])
    language = next((one for one in ("en_US", "en_GB") if one in languages), None)
    found = holidays.country_holidays(country, subdiv=subdivision, years=years, language=language)
    return [Holiday(day, str(name)[:80]) for day, name in sorted(found.items()) if first <= day <= last]


def _known(country: str) -> str:
    if country not in countries():
        raise NotFound(f"There is no list of holidays for {country!r}; use a code such as DE.")
    return country
