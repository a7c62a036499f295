"""What is left of a person: a pseudonym and an age band."""

import hmac
from base64 import b32encode
from datetime import date


class Pseudonymiser:
    """Client numbers to pseudonyms: HMAC-SHA-256, 160 bits of it, under one key and for one purpose.

    The same number under the same key is always the same pseudonym; without the key neither can be
    found from the other. The prefix names the generation of the key.
    """

    def __init__(self, key: bytes, generation: str = "k1") -> None:
        self._key = key
        self._generation = generation
        self._known: dict[str, str] = {}

    def __call__(self, bsn: str) -> str:
        """The pseudonym of a client number."""
        known = self._known.get(bsn)
        if known is None:
            digest = hmac.digest(self._key, b"jeugdige:" + bsn.encode(), "sha256")[:20]
            known = f"{self._generation}.{b32encode(digest).decode().lower()}"
            self._known[bsn] = known
        return known


def age_band(born: date, on: date) -> str:
    """The age band on a date: "0-11", "12-17", "18-23" or "24+" (years completed)."""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return "0-11" if age < 12 else "12-17" if age < 18 else "18-23" if age < 24 else "24+"
