"""Installs the server programs that are missing: `python -m tests.servers.install`.

Promises: an installed program is left as it is; no service is started or enabled; without root
nothing is installed and what is missing is named. Exit 1 when something stays missing, which is
a failure with CI=true and leaves the tests that need it skipped elsewhere.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.kafka import jars

# Debian's package of each program; Alertmanager's program is called after its package there.
PACKAGES = {
    "java": "openjdk-17-jre-headless",
    "mvn": "maven",
    "redis-server": "redis-server",
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "amtool": "prometheus-alertmanager",
    "chromium": "chromium",
}
SERVICES = ["redis-server", "prometheus", "prometheus-alertmanager"]
POLICY = Path("/usr/sbin/policy-rc.d")


def missing() -> list[str]:
    """The Debian packages of the programs that are not on the PATH, sorted."""
    return sorted({package for name, package in PACKAGES.items() if not shutil.which(name)})


@contextmanager
def no_services_started() -> Iterator[None]:
    """Debian asks policy-rc.d before it starts a service; 101 says no. An existing one stays."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def apt_install(packages: list[str]) -> None:
    """Install `packages` with nothing recommended beside them, their services off."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with no_services_started():
        for step in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", "-qq", *step], check=True, env=environment)
    if Path("/run/systemd/system").is_dir():
        ours = [service for service in SERVICES if service in packages]
        subprocess.run(["systemctl", "--quiet", "disable", *ours], check=True)


def main() -> int:
    """Install what is missing, as far as this user may, and fetch the broker's jars."""
    packages = missing()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing", *packages)
        apt_install(packages)
        packages = missing()
    if packages:
        print("not installed; the tests that need them are skipped:", *packages, file=sys.stderr)
    if shutil.which("mvn"):
        jars()
    return 1 if packages else 0


if __name__ == "__main__":
    sys.exit(main())
