"""Icons and marks, made once for each combination of words: a list of fifty tickets shows two hundred of them."""

from collections.abc import Callable
from functools import lru_cache

from markupsafe import Markup

MOST_KEPT = 1_000

ICON = Markup('<svg class="icon" viewBox="0 0 16 16" {}><use href="{}#{}"/></svg>')
HIDDEN, NAMED = Markup('aria-hidden="true"'), Markup('role="img" aria-label="{}"')
STATE = Markup('<span class="state {}">{}<span>{}</span></span>')
PRIORITIES = {
    4: (Markup('<span class="priority urgent">{}Urgent</span>'), "urgent"),
    3: (Markup('<span class="priority">{}High</span>'), "high"),
    1: (Markup('<span class="priority quiet">{}Low</span>'), "low"),
}
NORMAL = Markup('<span class="priority quiet">Normal</span>')


class Marks:
    """What parts.html hands on as `icon`, `state_mark` and `priority_mark`. Words are escaped as on any page."""

    def __init__(self, asset: Callable[[str], str]) -> None:
        self._icons = asset("icons.svg")
        self.icon = lru_cache(MOST_KEPT)(self._icon)
        self.state = lru_cache(MOST_KEPT)(self._state)
        self.priority = lru_cache(MOST_KEPT)(self._priority)

    def _icon(self, name: str, label: str = "") -> Markup:
        return ICON.format(NAMED.format(label) if label else HIDDEN, self._icons, name)

    def _state(self, state: str, category: str) -> Markup:
        return STATE.format(category.lower(), self.icon(category), state[:1].upper() + state[1:])

    def _priority(self, priority: int) -> Markup:
        mark, name = PRIORITIES.get(priority, (NORMAL, ""))
        return mark.format(self.icon(name)) if name else mark
