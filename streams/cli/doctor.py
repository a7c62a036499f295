"""`budgetwacht doctor`: is this installation well, and if not, what to do."""

import argparse
from datetime import date
from typing import Final

from pydantic import ValidationError

from streams.settings import Settings

NAME: Final = "doctor"
HELP: Final = "controleer instellingen, broker, Redis en topics, en zeg wat er te doen is"


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It looks at everything."""


def run(_args: argparse.Namespace) -> int:
    """Exit code 1 when something is wrong; what only needs attention leaves it 0."""
    from streams.workers.doctor import examine

    try:
        settings = Settings()
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False, include_context=False):
            name = "_".join(map(str, each["loc"])).upper()
            print(f"fout    instellingen: BUDGETWACHT_{name} is niet goed ({each['type']})")
        return 1
    print("goed    instellingen: leesbaar")
    wrong = False
    for finding in examine(settings, date.today()):  # noqa: DTZ011 - the user's own calendar day
        print(f"{finding.level:7} {finding.subject}: {finding.text}", flush=True)
        wrong |= finding.level == "fout"
    return 1 if wrong else 0
