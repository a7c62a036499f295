"""Every error budgetwacht raises on purpose, one tree, by whose fault it was.

`BudgetwachtError` is what the command line turns into one clear line and an exit code. A message
never quotes a value from a message file: a value can be personal.
"""


class BudgetwachtError(Exception):
    """Something a user can mend; `exit_code` is what the command line ends with."""

    exit_code = 1


class Misconfigured(BudgetwachtError):
    """A setting is absent or wrong."""


class Unreadable(BudgetwachtError):
    """What was offered is no readable iJw 3.2 message: it can't be folded, only reported.

    `place` says where (a line and column, or the path of an element), `reason` what is wrong there.
    """

    exit_code = 2

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place


class TooLarge(Unreadable):
    """Larger than the standard allows (25 MB, rule OP179)."""


class OtherVersion(Unreadable):
    """A message of the same family in another version or of another standard."""
