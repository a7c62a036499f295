"""Real servers on this machine, without Docker: a broker, Redis, Prometheus, Alertmanager, a mail server.

Promises: each listens on 127.0.0.1 only, on a port of its own; `start` returns when it answers or
raises `NotReady` with the end of its log; leaving the `with` block ends what was started and
nothing else, also after an exception or Ctrl-C.
"""

from tests.servers.kafka import Kafka
from tests.servers.monitoring import Alertmanager, Prometheus
from tests.servers.process import NotReady, free_port
from tests.servers.redis import Redis
from tests.servers.smtp import Smtp

__all__ = ["Alertmanager", "Kafka", "NotReady", "Prometheus", "Redis", "Smtp", "free_port"]
