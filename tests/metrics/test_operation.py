"""The operational metrics tell whether a worker keeps up, from its first second on."""

import pytest
from prometheus_client import CollectorRegistry

from streams.metrics.operation import Operation

PLACE = {"topic": "declarations", "partition": "3"}


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def operation(registry: CollectorRegistry) -> Operation:
    return Operation(["allocations", "declarations"], registry, clock=iter([100.0, 160.0]).__next__)


@pytest.mark.usefixtures("operation")
def test_every_series_that_can_be_known_starts_at_zero(registry: CollectorRegistry) -> None:
    for topic in ("allocations", "declarations"):
        for result in ("folded", "unchanged", "refused"):
            labels = {"topic": topic, "result": result}
            assert registry.get_sample_value("budgetwacht_worker_records_total", labels) == 0
        for reason in ("unreadable", "foreign"):
            labels = {"topic": topic, "reason": reason}
            assert registry.get_sample_value("budgetwacht_worker_dead_letters_total", labels) == 0


def test_a_record_moves_the_time_of_the_last_event(
    operation: Operation, registry: CollectorRegistry
) -> None:
    name = "budgetwacht_worker_last_event_timestamp_seconds"
    assert registry.get_sample_value(name) == 100
    operation.processed("declarations", "folded", 40)
    assert registry.get_sample_value(name) == 160
    labels = {"topic": "declarations", "result": "folded"}
    assert registry.get_sample_value("budgetwacht_worker_records_total", labels) == 40


def test_a_refused_record_is_a_dead_letter_and_a_record(
    operation: Operation, registry: CollectorRegistry
) -> None:
    operation.refused("allocations", "unreadable")
    for name, label in (
        ("dead_letters", {"reason": "unreadable"}),
        ("records", {"result": "refused"}),
    ):
        labels = {"topic": "allocations", **label}
        assert registry.get_sample_value(f"budgetwacht_worker_{name}_total", labels) == 1


def test_a_worker_is_behind_while_any_partition_waits(
    operation: Operation, registry: CollectorRegistry
) -> None:
    def behind() -> float | None:
        return registry.get_sample_value("budgetwacht_worker_behind")

    assert behind() == 0
    operation.lag("declarations", 3, 7)
    operation.lag("declarations", 4, 0)
    assert behind() == 1
    operation.lag("declarations", 3, 0)
    assert behind() == 0


def test_a_revoked_partition_leaves_no_series_and_no_lag(
    operation: Operation, registry: CollectorRegistry
) -> None:
    operation.lag("declarations", 3, 7)
    operation.committed("declarations", 3, 41)
    operation.revoked("declarations", 3)
    operation.revoked("declarations", 9)
    assert registry.get_sample_value("budgetwacht_worker_lag_records", PLACE) is None
    assert registry.get_sample_value("budgetwacht_worker_committed_offset", PLACE) is None
    assert registry.get_sample_value("budgetwacht_worker_behind") == 0


def test_a_barrier_that_fails_is_timed_too(
    operation: Operation, registry: CollectorRegistry
) -> None:
    with pytest.raises(OSError, match="broker"), operation.barrier():
        raise OSError("no broker")
    assert registry.get_sample_value("budgetwacht_worker_barrier_seconds_count") == 1
