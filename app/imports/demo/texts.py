"""Words for the demo: composed from `words/*.toml`, with the same codes, devices and order numbers through one case."""

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from app.imports.demo.topics import DEVICES, Topic

SHOPS = (
    "Hamburg", "Leipzig", "Graz", "Zürich", "Bristol", "Galway", "Malmö", "Lyon", "Nantes", "Liège", "Sevilla",
    "Bilbao", "Porto", "Boston", "Denver", "Austin", "Portland", "Chicago", "Recife", "Curitiba", "Bogotá",
    "Puebla", "Cebu", "Perth",
)  # fmt: skip

LANGUAGES = ("en", "de", "es", "fr", "pt")

Words = dict[str, Any]


@cache
def words(language: str) -> Words:
    """All that can be said in a language."""
    file = resources.files("app.imports.demo") / "words" / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8"))


@dataclass
class Speaker:
    """The words of one case. `dice` belongs to it, so its texts do not depend on any other case."""

    topic: Topic
    language: str
    customer: str
    dice: random.Random

    def __post_init__(self) -> None:
        dice = self.dice
        self._words = words(self.language)
        self._said: set[str] = set()
        self.last = ""
        """What an agent said last, before their details went into it."""
        self._slots: dict[str, Any] = {
            "product": self.topic.product,
            "code": f"{self.topic.code}{dice.randrange(10)}",
            "version": f"{dice.choice((5, 5, 6))}.{dice.randrange(14)}.{dice.randrange(6)}",
            "device": dice.choice(DEVICES),
            "serial": f"{dice.choice('ABCDEFGH')}{dice.randrange(10**6):06d}",
            "store": dice.choice(SHOPS),
            "order": f"SO-{dice.randrange(30_000, 90_000)}",
            "invoice": f"TM-{dice.randrange(100_000, 999_999)}",
            "amount": f"{dice.randrange(9, 900)}.{dice.randrange(100):02d} EUR",
            "count": dice.randrange(2, 40),
            "weekday": dice.choice(self._words["weekdays"]),
            "time": f"{dice.randrange(7, 20)}:{dice.randrange(60):02d}",
            "name": self.customer,
            "queue": self.topic.queue,
        }

    def subject(self) -> str:
        """What the mail is called."""
        return self._fill(self._about("subject"))

    def first(self) -> str:
        """The customer's first message."""
        parts = [f"{self._one('hello')}\n\n{_capital(self._fill(self._about('problem')))}"]
        about: Words = self._words["topics"][self.topic.name]
        details = self.dice.sample(about["detail"], self.dice.randint(0, min(2, len(about["detail"]))))
        parts += map(self._fill, details)
        if self.dice.random() < 0.35:
            parts.append(self._fill(self._one("urgency")))
        return f"{' '.join(parts)}\n\n{self._fill(self._one('bye'))}"

    def customer_says(self, what: str) -> str:
        """A later message of the customer: answer, still, thanks, more, chat_customer."""
        text = self._fill(self._one(what))
        return text if what.startswith("chat") or self.dice.random() < 0.4 else f"{text}\n\n{self.customer}"

    def agent_says(self, what: str, agent: str) -> str:
        """An agent's message: ask and fix by topic, move, hold and chat_agent as ever."""
        self._slots["agent"] = agent
        self.last = self._about(what) if what in ("ask", "fix") else self._one(what)
        text = self._fill(self.last)
        if what == "chat_agent":
            return text
        return f"{self._fill(self._one('greet'))}\n\n{text}\n\n{self._fill(self._one('sign'))}"

    def machine_says(self, what: str) -> str:
        """An automatic message: ack or remind."""
        return self._fill(self._one(what))

    def note(self) -> str:
        """A note among colleagues, who write English."""
        return self._fill(self.dice.choice(words("en")["note"]))

    @property
    def product(self) -> str:
        """The product in question."""
        return self.topic.product

    @property
    def device(self) -> str:
        """The device in question."""
        return str(self._slots["device"])

    def _about(self, what: str) -> str:
        text: str = self.dice.choice(self._words["topics"][self.topic.name][what])
        return text

    def _one(self, what: str) -> str:
        """One of the things that can be said; not twice in one case while there are others."""
        choices: list[str] = self._words[what]
        fresh = [text for text in choices if text not in self._said] or choices
        text = self.dice.choice(fresh)
        self._said.add(text)
        return text

    def _fill(self, template: str) -> str:
        self._slots.setdefault("agent", "Tidemark")
        return template.format_map(self._slots)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
