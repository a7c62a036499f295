"""The outbox in Redis: which mails are planned, sent or refused, and how far `alerts` was read.

Mails and the position in `alerts` from which they follow are written in one transaction, so Redis
always tells one consistent story. If it loses all or the last of it, its position goes back too:
then the notifier, which compares that with its own, reads again from there. Nothing else decides
where reading goes on; no offset is committed to Kafka.

Keys, all behind the topic prefix: ``notify:positions`` (partition: next offset), ``notify:states``
(mail: state), ``notify:mails`` (mail: JSON while it is planned or refused), ``notify:due:{partition}``
(mail by the time at which it may be tried), ``notify:attempts``, ``notify:refused`` (mail: reason).
Redis must not evict keys (its default, `maxmemory-policy noeviction`).
"""

from collections.abc import Iterable, Sequence
from typing import cast

import redis

from streams.notify.mail import Mail
from streams.notify.reasons import MailState, rest


class Outbox:
    """The outbox of all notifiers under one prefix. Every method may raise redis.RedisError."""

    def __init__(self, client: "redis.Redis", prefix: str) -> None:
        """`client` must decode its answers to str."""
        self._redis = client
        self._name = f"{prefix}notify:".__add__

    def positions(self) -> dict[int, int]:
        """The next offset to read, by partition; absent where nothing has been read."""
        stored = cast("dict[str, str]", self._redis.hgetall(self._name("positions")))
        return {int(partition): int(offset) for partition, offset in stored.items()}

    def states(self, mails: Sequence[Mail]) -> list[MailState]:
        """How far each mail is."""
        if not mails:
            return []
        keys = [mail.key for mail in mails]
        stored = cast("list[MailState | None]", self._redis.hmget(self._name("states"), keys))
        return [state or "absent" for state in stored]

    def plan(
        self, partition: int, was: int | None, offset: int, mails: Iterable[Mail], now: float
    ) -> None:
        """Keep planned mails, due at once, and the next offset to read: all or nothing.

        Raises redis.WatchError, and keeps nothing, when the position isn't what it `was`: then
        Redis lost something, or another notifier has taken over.
        """
        with self._redis.pipeline() as pipe:
            pipe.watch(self._name("positions"))  # type: ignore[no-untyped-call]
            stored = cast("str | None", pipe.hget(self._name("positions"), str(partition)))
            if stored != (None if was is None else str(was)):
                raise redis.WatchError("the position in alerts is not the one read from")
            pipe.multi()
            pipe.hset(self._name("positions"), str(partition), str(offset))
            for mail in mails:
                pipe.hset(self._name("states"), mail.key, "planned")
                pipe.hset(self._name("mails"), mail.key, mail.model_dump_json())
                pipe.zadd(self._due(partition), {mail.key: now}, nx=True)
            pipe.execute()

    def due(self, partition: int, now: float, limit: int) -> list[Mail]:
        """The planned mails of a partition that may be tried now, the longest waiting first."""
        keys = cast(
            "list[str]",
            self._redis.zrangebyscore(self._due(partition), "-inf", now, start=0, num=limit),
        )
        texts = (
            cast("list[str | None]", self._redis.hmget(self._name("mails"), keys)) if keys else []
        )
        return [Mail.model_validate_json(text) for text in texts if text]

    def waiting(self, partition: int) -> int:
        """How many mails of a partition are planned and not sent."""
        return self._redis.zcard(self._due(partition))

    def postpone(self, partition: int, mail: Mail, now: float) -> None:
        """Try this mail later, ever later."""
        attempts = self._redis.hincrby(self._name("attempts"), mail.key)
        self._redis.zadd(self._due(partition), {mail.key: now + rest(attempts)}, xx=True)

    def sent(self, partition: int, mail: Mail) -> None:
        """Note that the mail server has taken the mail; forget what stood in it."""
        with self._closing(partition, mail, "sent") as pipe:
            pipe.hdel(self._name("mails"), mail.key)
            pipe.execute()

    def refuse(self, partition: int, mail: Mail, reason: str) -> None:
        """Note that the mail server will never take the mail, and why; keep the mail."""
        with self._closing(partition, mail, "refused") as pipe:
            pipe.hset(self._name("refused"), mail.key, reason)
            pipe.execute()

    def _closing(self, partition: int, mail: Mail, state: MailState) -> "redis.client.Pipeline":
        pipe = self._redis.pipeline()
        pipe.hset(self._name("states"), mail.key, state)
        pipe.zrem(self._due(partition), mail.key)
        pipe.hdel(self._name("attempts"), mail.key)
        return pipe

    def _due(self, partition: int) -> str:
        return self._name(f"due:{partition}")
