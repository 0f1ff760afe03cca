"""The demo company's canned replies: in English what it writes most, with a gap where a case's own details go."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from app.imports.demo.texts import words
from app.imports.demo.topics import BY_NAME

GENERAL = {
    "hold": ("Our engineers are on it", "We wait for our supplier", "The carrier is looking for it"),
    "move": ("Passed on to who knows best", "Passed on with all details"),
}
"""What is written whatever a case is about, and how the canned replies for it are called."""


@dataclass(frozen=True, slots=True)
class Canned:
    """A canned reply, with the placeholders that every house has (app/macros/placeholders.py)."""

    name: str
    body: str

    def filled(self, customer: str, agent: str) -> str:
        """What it is for a customer, from an agent."""
        return self.body.replace("{{customer.name}}", customer).replace("{{agent.name}}", agent)


class _Gaps(dict[str, str]):
    """What only a case knows is to be written by hand: `[serial]`."""

    def __missing__(self, name: str) -> str:
        return f"[{name}]"


@cache
def canned_replies() -> dict[str, Canned]:
    """What an agent says, as `words/en.toml` has it → what they may have begun it with.

    Of a topic's questions one text has all, and those that are known are taken out; of its answers the usual one is
    there.
    """
    return dict(_begun())


def _begun() -> Iterator[tuple[str, Canned]]:
    english = words("en")
    for name in BY_NAME:
        title, about = name.replace("_", " ").capitalize(), english["topics"][name]
        questions = _letter(f"{title}: questions", " ".join(about["ask"]))
        yield from ((one, questions) for one in about["ask"])
        yield about["fix"][0], _letter(f"{title}: answer", about["fix"][0])
    for what, names in GENERAL.items():
        yield from ((one, _letter(name, one)) for name, one in zip(names, english[what], strict=True))


def _letter(name: str, text: str) -> Canned:
    english = words("en")
    gaps = _Gaps(name="{{customer.name}}", agent="{{agent.name}}")
    return Canned(name, "\n\n".join(part.format_map(gaps) for part in (english["greet"][0], text, english["sign"][0])))
