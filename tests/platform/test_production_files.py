"""The files of the production shape agree with the code: there is no Docker engine in a test, so read them closely."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.platform.health import PARTS
from app.platform.reference import command_names
from core.settings import PREFIX, Settings
from tests.databases import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def commands() -> set[str]:
    import cli

    return command_names(cli.app)


def variables(service: dict[str, Any]) -> set[str]:
    return {name for name in service.get("environment", {}) if name.startswith(PREFIX)}


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_runs_a_command_that_exists(name: str, commands: set[str]) -> None:
    assert OURS[name]["command"][0] in commands


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    assert {variable.removesuffix("_FILE") for variable in variables(OURS[name])} <= known


@pytest.mark.parametrize("name", OURS)
def test_values_are_accepted_by_the_settings(name: str) -> None:
    values = {
        key.removeprefix(PREFIX).lower(): re.sub(r"\$\{\w+:-(.*)\}", r"\1", str(value))
        for key, value in OURS[name]["environment"].items()
        if key.startswith(PREFIX) and not key.endswith("_FILE")
    }
    assert Settings(**values).search_engine == "meilisearch"


@pytest.mark.parametrize("name", SERVICES)
def test_every_secret_is_declared_and_made_by_the_script(name: str) -> None:
    script = (ROOT / "deploy" / "make-secrets.sh").read_text()
    for secret in SERVICES[name].get("secrets", []):
        assert COMPOSE["secrets"][secret] == {"file": f"./secrets/{secret}"}
        assert f"keep {secret} " in script


@pytest.mark.parametrize("name", OURS)
def test_every_secret_that_is_read_is_handed_in(name: str) -> None:
    read = {value for key, value in OURS[name]["environment"].items() if key.endswith("_FILE")}
    assert read == {f"/run/secrets/{secret}" for secret in OURS[name]["secrets"]}


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"migrate"}))
def test_every_service_that_stays_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]["test"]
    assert name not in OURS or (check[:3] == ["CMD", "clearqueue", "health"] and check[3] in PARTS)


@pytest.mark.parametrize("name", SERVICES)
def test_services_wait_for_services_that_exist_and_can_say_that_they_are_ready(name: str) -> None:
    for other, wanted in SERVICES[name].get("depends_on", {}).items():
        assert wanted["condition"] != "service_healthy" or "test" in SERVICES[other]["healthcheck"]


@pytest.mark.parametrize("name", SERVICES)
def test_volumes_are_declared_and_images_pinned(name: str) -> None:
    named = {volume.split(":")[0] for volume in SERVICES[name].get("volumes", []) if not volume.startswith(".")}
    assert named <= COMPOSE["volumes"].keys()
    assert re.search(r":v?\d", SERVICES[name]["image"])


def test_only_the_web_server_is_published_and_only_on_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(published) == ["web"]
    assert ":-127.0.0.1:" in published["web"][0]


def test_the_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    script = tmp_path / "deploy" / "make-secrets.sh"
    script.parent.mkdir()
    script.write_bytes((ROOT / "deploy" / "make-secrets.sh").read_bytes())
    runs = []
    for _ in range(2):
        subprocess.run(["sh", script], check=True, capture_output=True)
        runs.append({path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()})
    assert runs[0] == runs[1]
    assert runs[0].keys() == COMPOSE["secrets"].keys()
    assert runs[0]["database_password"] in runs[0]["database_url"]


def test_the_image_copies_what_exists_and_what_the_ignore_file_lets_through() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source
        for line in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, flags=re.MULTILINE)
        for source in line.split()
    }
    assert copied == allowed
    assert all((ROOT / source).exists() for source in copied)


def test_the_image_does_not_run_as_root() -> None:
    assert "\nUSER clearqueue\n" in DOCKERFILE
