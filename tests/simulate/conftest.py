"""Worlds that several tests look at; each is played once."""

import pytest

from schemas.ijw import Message
from streams.simulate.simulation import Simulation, simulate
from streams.simulate.worlds import REGIO_KLEIN, REGIO_TIEN, ZOETERMEER_2018


@pytest.fixture(scope="session")
def region() -> Simulation:
    return simulate(REGIO_KLEIN, seed=1)


@pytest.fixture(scope="session")
def region_messages(region: Simulation) -> list[tuple[str, Message]]:
    return list(region.messages())


@pytest.fixture(scope="session")
def city() -> Simulation:
    return simulate(ZOETERMEER_2018, seed=1, scale=0.1)


@pytest.fixture(scope="session")
def city_messages(city: Simulation) -> list[tuple[str, Message]]:
    return list(city.messages())


@pytest.fixture(scope="session")
def ten() -> Simulation:
    return simulate(REGIO_TIEN, seed=1)


@pytest.fixture(scope="session")
def ten_messages(ten: Simulation) -> list[tuple[str, Message]]:
    return list(ten.messages())
