"""Numbers over HTTP do what their description says: schemathesis sends what is allowed and what is not."""

from collections import Counter

import schemathesis
from schemathesis.engine import from_schema

from tests.api.test_schema import _broken
from tests.depth import examples
from tests.metrics.conftest import Office

CONFIG = """
seed = 20261121
[generation]
max-examples = {examples}
no-shrink = true
database = "none"
[phases.stateful]
enabled = false
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 404, 422]
"""


def test_the_api_of_numbers_is_as_described(office: Office) -> None:
    config = schemathesis.Config.from_str(CONFIG.format(examples=examples(2)))
    config.projects.override.update(headers={"Authorization": f"Bearer {office.house.token(office.house.world.dov)}"})
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", office.house.api, config=config)
    checked: Counter[str] = Counter()
    numbers = schema.include(path_regex="/metrics|/analysis|/alerts")
    broken = {trouble for event in from_schema(numbers).execute() for trouble in _broken(event, checked)}
    assert broken == set()
    assert checked["not_a_server_error"] > 50
