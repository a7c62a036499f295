"""Every setting of the product, from the environment (prefix BUDGETWACHT_), with its default.

Secrets come from a file or the environment, never from the command line or the repository.
"""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.errors import Misconfigured


class Settings(BaseSettings):
    """The settings of ingest, workers and notifier; each is documented in its field."""

    model_config = SettingsConfigDict(env_prefix="BUDGETWACHT_", extra="ignore")

    kafka_bootstrap: str = Field("localhost:9092", description="host:port of a Kafka broker")
    topic_prefix: str = Field("", description="put before every topic and consumer group")
    partitions: int = Field(
        4, ge=1, description="partitions of every topic; the most workers there can be"
    )
    redis_url: str = "redis://localhost:6379/0"
    pseudonym_key: SecretStr | None = Field(
        None, description="secret of the pseudonyms, 32 characters or more"
    )
    pseudonym_key_file: Path | None = Field(
        None, description="file that holds it, read before pseudonym_key"
    )
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_starttls: bool = False
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str = "budgetwacht@example.nl"
    dashboard_url: str = Field(
        "http://localhost:3000", description="root of the boards, for links in mails"
    )
    valuation_interval: float = Field(
        5.0,  # valuing a city takes up to half a second, and a board is scraped every 15
        gt=0,
        description="seconds between valuations after messages, at least",
    )
    session_timeout: float = Field(
        10.0, ge=6, description="seconds before the partitions of a dead worker go to another"
    )
    health_host: str = "127.0.0.1"
    health_port: int = Field(6066, description="port of a worker's /health and /metrics")
    notifier_port: int = Field(6067, description="port of the notifier's /health and /metrics")
    region_port: int = Field(6068, description="port of /health and /metrics of the regions")
    intake_settle: float = Field(
        5.0,  # a copy over a network pauses for a second or two
        ge=0,
        description="seconds a file must stand unchanged before `ingest --watch` takes it",
    )
    data_dir: Path = Field(Path(".budgetwacht"), description="journals of ingest and of workers")

    def key(self) -> bytes:
        """The pseudonym key. Raises `Misconfigured` when there is none or it is short."""
        secret = self.pseudonym_key.get_secret_value().encode() if self.pseudonym_key else b""
        if self.pseudonym_key_file:
            try:
                secret = self.pseudonym_key_file.read_bytes().strip()
            except OSError as error:
                raise Misconfigured(
                    f"BUDGETWACHT_PSEUDONYM_KEY_FILE kan niet gelezen worden: {error.strerror}"
                ) from None
        if len(secret) < 32:
            raise Misconfigured(
                "zet in BUDGETWACHT_PSEUDONYM_KEY_FILE (of BUDGETWACHT_PSEUDONYM_KEY) een geheim van 32 tekens of meer"
            )
        return secret
