"""What is deployed is valid, and speaks of settings, commands, metrics and folders that exist."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from streams.cli.main import parser
from streams.metrics.operation import Operation
from streams.notify.health import Meters
from streams.settings import Settings
from tests.conftest import need

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"


def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return document


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


def test_the_compose_file_follows_the_compose_specification() -> None:
    schema = ["--builtin-schema", "vendor.compose-spec"]
    run(sys.executable, "-m", "check_jsonschema", *schema, ROOT / "docker-compose.yml")


def test_a_broken_compose_file_would_be_refused(tmp_path: Path) -> None:
    broken = compose()
    broken["services"]["worker"]["comand"] = ["worker"]
    file = tmp_path / "docker-compose.yml"
    file.write_text(yaml.safe_dump(broken))
    schema = ["--builtin-schema", "vendor.compose-spec"]
    with pytest.raises(AssertionError, match="comand"):
        run(sys.executable, "-m", "check_jsonschema", *schema, file)


def test_every_setting_that_deployment_sets_exists() -> None:
    files = [ROOT / "docker-compose.yml", DEPLOY / "Dockerfile"]
    named = {n for f in files for n in re.findall(r"BUDGETWACHT_([A-Z_]+)[=:]", f.read_text())}
    assert "KAFKA_BOOTSTRAP" in named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_every_file_that_a_service_mounts_exists() -> None:
    mounts = [m for service in compose()["services"].values() for m in service.get("volumes", [])]
    local = [mount.partition(":")[0] for mount in mounts if mount.startswith(".")]
    assert local
    assert [path for path in local if not (ROOT / path).exists()] == []


def test_every_image_of_others_has_an_exact_version() -> None:
    images = [service["image"] for service in compose()["services"].values()]
    assert [image for image in images if not re.search(r":v?\d+(\.\d+)+(-\w+)?$", image)] == []


def test_the_broker_of_the_tests_is_the_one_deployed() -> None:
    pom = (ROOT / "tests/servers/pom.xml").read_text()
    [tested] = re.findall(r"<artifactId>kafka_2\.13</artifactId>\s*<version>(.*?)</version>", pom)
    assert compose()["services"]["kafka"]["image"] == f"apache/kafka:{tested}"


def test_the_rules_only_use_metrics_that_are_exported() -> None:
    registry = CollectorRegistry()
    Operation(["declarations"], registry)
    families = [*registry.collect(), *Meters().registry.collect()]
    exported = {sample.name for family in families for sample in family.samples}
    exported |= {family.name for family in families}  # a gauge without a partition has no sample
    rules = (DEPLOY / "prometheus/rules/operation.yml").read_text()
    used = set(re.findall(r"\bbudgetwacht_\w+", rules))
    assert used
    assert used <= exported


def test_the_boards_know_the_address_and_the_scrape_interval_of_this_prometheus() -> None:
    source = (ROOT / "grafana/provisioning/datasources/prometheus.yml").read_text()
    wanted = set(re.findall(r"\$\{(\w+)\}", source))
    assert wanted <= set(compose()["services"]["grafana"]["environment"])
    scraped = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())["global"]
    [datasource] = yaml.safe_load(source)["datasources"]
    assert datasource["jsonData"]["timeInterval"] == scraped["scrape_interval"]


def test_every_command_that_a_service_runs_exists() -> None:
    ours = [s for s in compose()["services"].values() if s["image"].startswith("budgetwacht")]
    assert len(ours) == 5
    for service in ours:
        looped = re.findall(r"budgetwacht ([\w-]+)", str(service.get("entrypoint")))
        parser().parse_args(service.get("command") or looped)  # exits when it isn't one


@pytest.mark.integration
def test_prometheus_accepts_its_configuration() -> None:
    need("promtool")
    run("promtool", "check", "config", DEPLOY / "prometheus/prometheus.yml")


@pytest.mark.integration
def test_the_alert_rules_are_sound_and_fire_as_their_own_tests_say() -> None:
    need("promtool")
    rules = sorted((DEPLOY / "prometheus/rules").glob("*.yml"))
    tests = sorted((DEPLOY / "prometheus/tests").glob("*.yml"))
    assert [rule.name for rule in rules] == [test.name for test in tests]
    run("promtool", "check", "rules", "--lint=all", "--lint-fatal", *rules)
    run("promtool", "test", "rules", *tests)


@pytest.mark.integration
def test_alertmanager_accepts_its_configuration_and_sends_every_alert_to_the_operators() -> None:
    need("amtool")
    config = DEPLOY / "alertmanager/alertmanager.yml"
    run("amtool", "check-config", config)
    routed = run(
        "amtool", "config", "routes", "test", f"--config.file={config}", "severity=warning"
    )
    assert routed.splitlines()[0] == "beheer"


def test_every_alert_rule_has_a_test_that_lets_it_fire() -> None:
    for rules in (DEPLOY / "prometheus/rules").glob("*.yml"):
        groups = yaml.safe_load(rules.read_text())["groups"]
        alerts = {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule}
        tests = yaml.safe_load((DEPLOY / "prometheus/tests" / rules.name).read_text())["tests"]
        cases = [case for test in tests for case in test["alert_rule_test"]]
        assert {case["alertname"] for case in cases if case["exp_alerts"]} == alerts


def test_the_image_is_built_from_the_hashed_lock_and_runs_without_root() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    assert "--require-hashes --only-binary :all: -r requirements/run.txt" in dockerfile
    assert re.search(r"(?m)^USER budgetwacht$", dockerfile)
    copied = set(re.findall(r"(?m)^COPY (?!--from)(\S+(?: \S+)*) \S+$", dockerfile))
    wanted = {name for line in copied for name in line.split()}
    allowed = set(re.findall(r"(?m)^!(\S+)$", (ROOT / ".dockerignore").read_text()))
    assert wanted == allowed, json.dumps(sorted(wanted ^ allowed))
