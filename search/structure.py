"""How the parts of a question hang together: side by side all must hold; `or`, `not` and brackets say otherwise.

    filter := both ("or" both)*          both := unit ("and"? unit)*
    unit   := "not" unit | "-"? "(" filter ")" | part

The search box reads kindly: there `or` and `not` between plain words are words like all others (unless in capitals),
since people paste sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from search.parts import Bracket, Part, tokens

MOST_PARTS = 30
DEEPEST = 8
OPERATORS = ("or", "and", "not")


class Misshapen(ValueError):
    """Parts that do not hang together: what is wrong, and at which character, from 0."""

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(sentence)
        self.sentence, self.position = sentence, position


@dataclass(frozen=True, slots=True)
class Branch:
    """All of the parts must hold, or any of them."""

    parts: "tuple[Part | Branch, ...]"
    is_any: bool = False
    is_negated: bool = False


Node = Part | Branch
Token = Part | Bracket


def structure(text: str, *, is_kind: bool = False) -> tuple[Node, ...]:
    """What must hold, all of it. Raises `Misshapen`. `is_kind`: as the search box reads it."""
    found = list(tokens(text))
    words = _operators(found, is_kind=is_kind)
    counted = [token for token, word in zip(found, words, strict=True) if isinstance(token, Part) and not word]
    if len(counted) > MOST_PARTS:
        raise Misshapen(f"A filter has at most {MOST_PARTS} parts.", counted[MOST_PARTS].position)
    if not found:
        return ()
    whole = _Reader(found, words).whole()
    return whole.parts if isinstance(whole, Branch) and not (whole.is_any or whole.is_negated) else (whole,)


class _Reader:
    """Goes through the tokens once."""

    def __init__(self, found: Sequence[Token], words: Sequence[str]) -> None:
        self._found, self._words, self._next, self._opened = found, words, 0, list[int]()

    def whole(self) -> Node:
        node = self._either()
        if (token := self._peek()) is not None:
            raise Misshapen("This bracket was never opened; put it into quotes if you look for it.", token.position)
        return node

    def _either(self) -> Node:
        branches = [self._both()]
        while self._word() == "or":
            self._next += 1
            branches.append(self._both())
        return branches[0] if len(branches) == 1 else _joined(branches, is_any=True)

    def _both(self) -> Node:
        units: list[Node] = []
        while (token := self._peek()) is not None and self._word() != "or":
            if isinstance(token, Bracket) and not token.is_opening:
                break
            if self._word() == "and":
                if not units:
                    raise self._missing("before")
                self._next += 1
                self._must_go_on()
            units.append(self._unit())
        if not units:
            raise self._missing("here")
        return units[0] if len(units) == 1 else _joined(units, is_any=False)

    def _unit(self) -> Node:
        is_negated = False
        while self._word() == "not":
            is_negated, self._next = not is_negated, self._next + 1
            self._must_go_on()
        token = self._found[self._next]
        self._next += 1
        node = token if isinstance(token, Part) else self._bracketed(token)
        return replace(node, is_negated=node.is_negated != is_negated)

    def _bracketed(self, opening: Bracket) -> Branch:
        self._opened.append(opening.position)
        if len(self._opened) > DEEPEST:
            raise Misshapen(f"Brackets stand in brackets at most {DEEPEST} deep.", opening.position)
        inner = self._either()
        if self._peek() is None:
            raise Misshapen("This bracket is never closed.", opening.position)
        self._next += 1
        self._opened.pop()
        if isinstance(inner, Branch):
            return replace(inner, is_negated=inner.is_negated != opening.is_negated)
        return Branch((inner,), is_negated=opening.is_negated)

    def _must_go_on(self) -> None:
        token = self._peek()
        closes = isinstance(token, Bracket) and not token.is_opening
        if token is None or closes or self._word() in ("or", "and"):
            raise self._missing("behind")

    def _missing(self, where: str) -> Misshapen:
        """Something should stand here."""
        token = self._peek()
        position = self._found[-1].position if token is None else token.position
        if where == "behind" or token is None:
            position = self._found[self._next - 1].position
            return Misshapen("Something must stand behind this.", position)
        if (
            isinstance(token, Bracket)
            and self._opened
            and self._next
            and isinstance(self._found[self._next - 1], Bracket)
        ):
            return Misshapen("These brackets hold nothing.", self._opened[-1])
        if self._word():
            return Misshapen(f"Something must stand before this {self._word()!r}; in quotes it is a word.", position)
        if self._next and self._words[self._next - 1]:
            return Misshapen("Something must stand behind this.", self._found[self._next - 1].position)
        return Misshapen("This bracket was never opened; put it into quotes if you look for it.", position)

    def _peek(self) -> Token | None:
        return self._found[self._next] if self._next < len(self._found) else None

    def _word(self) -> str:
        return self._words[self._next] if self._next < len(self._words) else ""


def _joined(nodes: Sequence[Node], *, is_any: bool) -> Branch:
    """One branch of several; what joins in the same way becomes part of it."""
    flat: list[Node] = []
    for node in nodes:
        same = isinstance(node, Branch) and not node.is_negated and (node.is_any == is_any or len(node.parts) == 1)
        flat += node.parts if same and isinstance(node, Branch) else [node]
    return Branch(tuple(flat), is_any=is_any)


def _operators(found: Sequence[Token], *, is_kind: bool) -> list[str]:
    """For each token the operator that it is; empty: none. Read kindly, it must stand beside a filter or a bracket."""
    words: list[str] = []
    for n in reversed(range(len(found))):
        token = found[n]
        word = token.word if isinstance(token, Part) and not token.is_negated else None
        is_one = word is not None and word.lower() in OPERATORS
        if is_one and is_kind and word and not word.isupper():
            is_one = _is_filter(found[n + 1 : n + 2]) or bool(words and words[-1] == "not")
            is_one |= n > 0 and word.lower() != "not" and _is_filter(found[n - 1 : n])
        words.append(word.lower() if word and is_one else "")
    return words[::-1]


def _is_filter(beside: Sequence[Token]) -> bool:
    return any(isinstance(token, Bracket) or token.field is not None for token in beside)
