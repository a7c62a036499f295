"""Age bands of clients, as their messages said them.

A message gives the band on its Dagtekening; dates of birth stop at intake. Nobody grows younger, so of
each band the first day on which it was said is all there is to keep.
"""

from collections import defaultdict


class Ages:
    """The age bands of the clients of one municipality; `first` is by client and band the first day."""

    def __init__(self) -> None:
        self.first: dict[str, dict[str, str]] = defaultdict(dict)

    def note(self, client: str, band: str, dated: str) -> None:
        """A message of a day (ISO) says that a client is in a band."""
        known = self.first[client]
        known[band] = min(known.get(band, dated), dated)

    def merge(self, other: "Ages") -> None:
        """Take in what another book says of the same clients: a municipality before a merger."""
        for client, known in other.first.items():
            for band, dated in known.items():
                self.note(client, band, dated)

    def band(self, client: str, on: str) -> str | None:
        """The band on a day (ISO): the oldest one said by then, else the youngest one said later.

        None when no message told.
        """
        known = self.first.get(client)
        if not known:
            return None
        by_then = [band for band, dated in known.items() if dated <= on]
        return max(by_then, key=_age) if by_then else min(known, key=_age)


def _age(band: str) -> int:
    """The first age of a band: "0-11", "12-17", "18-23", "24+"."""
    return int(band.rstrip("+").partition("-")[0])
