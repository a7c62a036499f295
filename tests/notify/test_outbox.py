"""The outbox on a real Redis: what is written together, and when a mail may be tried."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import redis

from streams.notify.mail import Mail
from streams.notify.outbox import Outbox
from tests.notify.worlds import line_alerts
from tests.servers import Redis

pytestmark = pytest.mark.integration
MAILS = [
    Mail(alert=alert, role="controller", name="Conny", address="conny@example.nl", contact="")
    for alert in line_alerts(3)
]
FIRST, SECOND, THIRD = MAILS


@pytest.fixture
def client(redis_server: Redis) -> Iterator["redis.Redis"]:
    with redis.Redis.from_url(redis_server.url, decode_responses=True) as made:
        yield made


@pytest.fixture
def outbox(client: "redis.Redis") -> Outbox:
    return Outbox(client, f"{uuid4().hex}-")


def test_mails_and_the_position_behind_them_are_kept_together(outbox: Outbox) -> None:
    assert outbox.positions() == {}
    outbox.plan(3, None, 7, MAILS, now=100)
    assert outbox.positions() == {3: 7}
    assert outbox.states(MAILS) == ["planned"] * 3
    assert sorted(outbox.due(3, 100, 10), key=MAILS.index) == MAILS


@pytest.mark.parametrize("was", [None, 6, 8])
def test_nothing_is_kept_when_the_position_is_not_what_it_was(
    outbox: Outbox, was: int | None
) -> None:
    outbox.plan(3, None, 7, [], now=100)
    with pytest.raises(redis.WatchError):
        outbox.plan(3, was, 9, MAILS, now=100)
    assert outbox.positions() == {3: 7}
    assert outbox.states(MAILS) == ["absent"] * 3
    assert outbox.due(3, 100, 10) == []


def test_a_loss_between_looking_and_writing_is_noticed(
    outbox: Outbox, client: "redis.Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    """The position is right when it is looked at, and gone when the transaction runs."""
    outbox.plan(3, None, 7, [], now=100)
    start = redis.client.Pipeline.multi

    def lose_all(pipe: "redis.client.Pipeline") -> None:
        client.delete(outbox._name("positions"))
        start(pipe)

    monkeypatch.setattr(redis.client.Pipeline, "multi", lose_all)
    with pytest.raises(redis.WatchError):
        outbox.plan(3, 7, 9, MAILS, now=100)
    assert outbox.positions() == {}
    assert outbox.due(3, 100, 10) == []


def test_a_mail_leaves_the_outbox_when_it_was_sent(outbox: Outbox) -> None:
    outbox.plan(3, None, 7, MAILS, now=100)
    outbox.sent(3, SECOND)
    assert outbox.states(MAILS) == ["planned", "sent", "planned"]
    assert SECOND not in outbox.due(3, 100, 10)
    assert outbox.waiting(3) == 2
    assert outbox.waiting(2) == 0


def test_a_refused_mail_is_not_tried_again(outbox: Outbox) -> None:
    outbox.plan(3, None, 7, [FIRST], now=100)
    outbox.refuse(3, FIRST, "550 no such user")
    assert outbox.states([FIRST]) == ["refused"]
    assert outbox.due(3, 10**9, 10) == []


def test_a_postponed_mail_waits_ever_longer_and_lets_others_go_first(outbox: Outbox) -> None:
    outbox.plan(3, None, 7, [FIRST, THIRD], now=100)
    outbox.postpone(3, FIRST, now=100)
    assert outbox.due(3, 100.9, 10) == [THIRD]
    assert outbox.due(3, 101, 10) == [THIRD, FIRST]
    outbox.postpone(3, FIRST, now=101)
    assert outbox.due(3, 102.9, 10) == [THIRD]
    assert outbox.due(3, 103, 1) == [THIRD]
    assert outbox.due(3, 103, 10) == [THIRD, FIRST]


def test_partitions_have_mails_of_their_own(outbox: Outbox) -> None:
    outbox.plan(1, None, 7, [FIRST], now=100)
    outbox.plan(2, None, 3, [SECOND], now=100)
    assert outbox.due(1, 100, 10) == [FIRST]
    assert outbox.due(2, 100, 10) == [SECOND]
    assert outbox.positions() == {1: 7, 2: 3}


def test_no_address_is_left_after_sending(outbox: Outbox, redis_server: Redis) -> None:
    outbox.plan(3, None, 7, [FIRST], now=100)
    outbox.sent(3, FIRST)
    with redis.Redis.from_url(redis_server.url) as raw:
        names = list(raw.scan_iter(f"{outbox._name('')}*"))
        assert len(names) == 2
        for name in names:
            assert b"conny" not in name + raw.dump(name)
