"""The natural key of a message: equal keys, equal content, one message.

A worker remembers each message under its key; a key that is present makes a duplicate. The key
starts with the kind, so a remembered message can be decoded again.
"""

import hashlib
import json

from schemas.events import AnyEvent, is_declaration


def natural_key(kind: str, event: AnyEvent) -> str:
    """`{kind}:{municipality}:{provider}:{Identificatie}:{Dagtekening}:{digest of the content}`."""
    digest = event["body"] if is_declaration(event) else _digest(event)
    parties = f"{event['municipality']}:{event['provider']}"
    return f"{kind}:{parties}:{event['identification']}:{event['dated']}:{digest}"


def _digest(event: AnyEvent) -> str:
    canonical = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]
