"""The demo company: Tidemark sells tills, card terminals and the software behind them to shops in four continents."""

import random
import unicodedata
from dataclasses import dataclass, field
from importlib import resources
from tomllib import loads
from typing import Any

from app.imports.demo.calendar import Shift

DOMAIN = "tidemark.example"

FIRST_LINE, TECHNICAL, INTEGRATIONS = "First Line", "Technical", "Integrations"
BILLING, ONBOARDING, SHIPPING, KEY_ACCOUNTS = "Billing", "Onboarding", "Shipping", "Key Accounts"
QUEUES = {
    FIRST_LINE: None,
    TECHNICAL: None,
    INTEGRATIONS: TECHNICAL,
    BILLING: None,
    ONBOARDING: None,
    SHIPPING: None,
    KEY_ACCOUNTS: None,
}
"""Each queue and the one above it."""

BERLIN = Shift("Europe/Berlin", "DE", 8.5, 17)
BERLIN_LATE = Shift("Europe/Berlin", "DE", 10, 18.5)
MADRID = Shift("Europe/Madrid", "ES", 9, 17.5)
PARIS = Shift("Europe/Paris", "FR", 9, 17.5)
NEW_YORK = Shift("America/New_York", "US", 8.5, 17)
SAO_PAULO = Shift("America/Sao_Paulo", "BR", 9, 17.5)
MANILA = Shift("Asia/Manila", "PH", 7, 15.5)
MANILA_WEEKEND = Shift("Asia/Manila", "PH", 9, 17.5, frozenset({2, 3, 4, 5, 6}))
NEW_YORK_WEEKEND = Shift("America/New_York", "US", 9, 17.5, frozenset({0, 1, 4, 5, 6}))


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who works tickets: their home queue, one they help out in, how fast they are."""

    name: str
    queue: str
    helps: str | None
    shift: Shift
    pace: float = 1.0
    is_supervisor: bool = False

    @property
    def email(self) -> str:
        """Their address."""
        return f"{plain(self.name)}@{DOMAIN}"


AGENTS = (
    Agent("Mara Lindqvist", FIRST_LINE, BILLING, BERLIN, 0.9),
    Agent("Jonas Albrecht", FIRST_LINE, SHIPPING, BERLIN_LATE, 1.1),
    Agent("Inés Carvajal", FIRST_LINE, BILLING, MADRID, 0.85),
    Agent("Théo Marchand", FIRST_LINE, None, PARIS, 1.25),
    Agent("Alicia Romero", FIRST_LINE, SHIPPING, MADRID),
    Agent("Dwayne Porter", FIRST_LINE, BILLING, NEW_YORK, 1.05),
    Agent("Kelsey Brandt", FIRST_LINE, None, NEW_YORK, 0.8),
    Agent("Marcus Oyelaran", FIRST_LINE, SHIPPING, NEW_YORK_WEEKEND),
    Agent("Renata Figueira", FIRST_LINE, BILLING, SAO_PAULO, 0.95),
    Agent("Paolo Dizon", FIRST_LINE, None, MANILA, 1.1),
    Agent("Grace Villanueva", FIRST_LINE, SHIPPING, MANILA_WEEKEND, 0.9),
    Agent("Henrik Sommer", TECHNICAL, FIRST_LINE, BERLIN, 0.9),
    Agent("Aylin Demir", TECHNICAL, INTEGRATIONS, BERLIN_LATE),
    Agent("Victor Salgado", TECHNICAL, None, SAO_PAULO, 1.3),
    Agent("Priya Raman", TECHNICAL, INTEGRATIONS, NEW_YORK, 0.85),
    Agent("Joel Castañeda", TECHNICAL, FIRST_LINE, MANILA, 1.1),
    Agent("Sofia Wendt", INTEGRATIONS, TECHNICAL, BERLIN),
    Agent("Caleb Whitfield", INTEGRATIONS, TECHNICAL, NEW_YORK, 1.15),
    Agent("Birgit Hofmann", BILLING, None, BERLIN, 0.9),
    Agent("Camille Rouvière", BILLING, FIRST_LINE, PARIS, 1.05),
    Agent("Tanya Brooks", BILLING, FIRST_LINE, NEW_YORK),
    Agent("Luca Ferrante", ONBOARDING, FIRST_LINE, BERLIN),
    Agent("Naomi Sandoval", ONBOARDING, KEY_ACCOUNTS, NEW_YORK, 0.9),
    Agent("Emil Krüger", SHIPPING, FIRST_LINE, BERLIN, 1.1),
    Agent("Patricia Nogueira", SHIPPING, BILLING, SAO_PAULO, 0.95),
    Agent("Charlotte Ebner", KEY_ACCOUNTS, TECHNICAL, BERLIN, 0.85),
    Agent("Samuel Adeyemi", KEY_ACCOUNTS, TECHNICAL, NEW_YORK),
    Agent("Ruth Kessler", FIRST_LINE, None, BERLIN, 1.4, is_supervisor=True),
    Agent("Daniel Okafor", TECHNICAL, None, NEW_YORK, 1.4, is_supervisor=True),
)


@dataclass(frozen=True, slots=True)
class Firm:
    """A customer's company. `weight` is how much of all mail comes from it."""

    name: str
    region: str
    tier: str
    weight: float
    language: str
    timezone: str
    is_shared: bool

    @property
    def domain(self) -> str:
        """Where its people's mail comes from."""
        return f"{plain(self.name).replace('.', '-')}.example"


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who writes to us; `firm` is None for a shop of one."""

    name: str
    email: str
    firm: Firm | None
    language: str
    timezone: str


@dataclass(slots=True)
class Clientele:
    """All customers, and how likely each is to write."""

    firms: list[Firm]
    people: list[Customer] = field(default_factory=list)
    cumulative: list[float] = field(default_factory=list)


REGIONS = {
    # region: (share of firms, time zones, languages with weights)
    "DACH": (0.22, ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich"), {"de": 0.72, "en": 0.28}),
    "UK & Nordics": (0.17, ("Europe/London", "Europe/Dublin", "Europe/Stockholm"), {"en": 1.0}),
    "France": (0.10, ("Europe/Paris", "Europe/Brussels"), {"fr": 0.85, "en": 0.15}),
    "Iberia": (0.10, ("Europe/Madrid", "Europe/Lisbon"), {"es": 0.62, "pt": 0.2, "en": 0.18}),
    "North America": (0.27, ("America/New_York", "America/Chicago", "America/Los_Angeles"), {"en": 0.94, "es": 0.06}),
    "Latin America": (0.09, ("America/Sao_Paulo", "America/Mexico_City", "America/Bogota"), {"pt": 0.48, "es": 0.52}),
    "Asia Pacific": (0.05, ("Asia/Manila", "Asia/Singapore", "Australia/Sydney"), {"en": 1.0}),
}
TIERS = {"gold": 0.14, "silver": 0.33, "bronze": 0.53}


def clientele(dice: random.Random, firms: int = 72, people: int = 3_000) -> Clientele:
    """The customers: a few large chains, many small shops, and people who run a shop by themselves."""
    names: dict[str, Any] = loads((resources.files("app.imports.demo") / "words" / "names.toml").read_text("utf-8"))
    made = Clientele(_firms(dice, names, firms))
    taken: set[str] = set()
    weights = [firm.weight for firm in made.firms]
    regions = list(REGIONS)
    while len(made.people) < people:
        firm = dice.choices(made.firms, weights)[0] if dice.random() < 0.82 else None
        region = firm.region if firm else dice.choices(regions, [REGIONS[name][0] for name in regions])[0]
        _, zones, languages = REGIONS[region]
        language = firm.language if firm and dice.random() < 0.9 else dice.choices(*_split(languages))[0]
        called = names["people"][language]
        name = f"{dice.choice(called['first'])} {dice.choice(called['last'])}"
        email = f"{plain(name)}@{firm.domain if firm else dice.choice(names['mailboxes'])}"
        if email in taken:
            continue
        taken.add(email)
        timezone = firm.timezone if firm else dice.choice(zones)
        made.people.append(Customer(name, email, firm, language, timezone))
        made.cumulative.append((made.cumulative or [0.0])[-1] + min(dice.paretovariate(1.6), 12.0))
    return made


def _firms(dice: random.Random, names: dict[str, Any], count: int) -> list[Firm]:
    firms: dict[str, Firm] = {}
    while len(firms) < count:
        region = dice.choices(list(REGIONS), [share for share, _, _ in REGIONS.values()])[0]
        _, zones, languages = REGIONS[region]
        language = dice.choices(*_split(languages))[0]
        parts = names["firms"][language]
        name = dice.choice(parts["form"]).format(a=dice.choice(parts["a"]), b=dice.choice(parts["b"]))
        tier = dice.choices(*_split(TIERS))[0]
        weight = dice.paretovariate(1.15) * {"gold": 2.5, "silver": 1.2, "bronze": 0.6}[tier]
        is_shared = tier == "gold" and dice.random() < 0.5
        firms[name] = Firm(name, region, tier, min(weight, 25.0), language, dice.choice(zones), is_shared)
    return list(firms.values())


def _split(weighted: dict[str, float]) -> tuple[list[str], list[float]]:
    return list(weighted), list(weighted.values())


def plain(name: str) -> str:
    """A name as it stands in an address."""
    german = name.lower()
    for letter, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        german = german.replace(letter, written)
    ascii_only = unicodedata.normalize("NFKD", german).encode("ascii", "ignore").decode()
    words = "".join(letter if letter.isalnum() else " " for letter in ascii_only).split()
    return ".".join(words)
