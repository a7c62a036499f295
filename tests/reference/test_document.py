"""A municipality's document: complete, independent of order, and the same after JSON."""

import json
from dataclasses import fields, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reference.document import ReferenceDocument, empty_document, resolve
from schemas.reference.load import Loaded, parse_files
from schemas.reference.rows import Inhabitants, Municipality
from tests.reference.files import GOOD, bytes_of, with_row
from tests.reference.worlds import WORLDS


def shuffled(loaded: Loaded, draw: Any) -> Loaded:
    """The same rows in another order, some of them twice."""
    tables = {field.name: list(getattr(loaded, field.name)) for field in fields(Loaded)}
    order = {name: draw.draw(st.permutations(rows)) for name, rows in tables.items()}
    return replace(loaded, **{name: (*rows, *rows[:2]) for name, rows in order.items()})


@settings(max_examples=50, deadline=None)
@given(WORLDS, st.data())
def test_order_and_doubles_of_rows_do_not_matter(loaded: Loaded, data: st.DataObject) -> None:
    plain = {code: document.encode() for code, document in resolve(loaded).items()}
    mixed = {code: document.encode() for code, document in resolve(shuffled(loaded, data)).items()}
    assert mixed == plain


@settings(max_examples=50, deadline=None)
@given(WORLDS)
def test_a_document_comes_back_from_json_exactly(loaded: Loaded) -> None:
    for document in resolve(loaded).values():
        again = ReferenceDocument.decode(document.encode())
        assert again == document
        assert again.encode() == document.encode()


@settings(max_examples=50, deadline=None)
@given(WORLDS)
def test_each_row_stands_in_the_documents_of_its_area_and_no_other(loaded: Loaded) -> None:
    documents = resolve(loaded)
    regions = {row.code: row.region for row in loaded.municipalities}
    for code, document in documents.items():
        expected = {row for row in loaded.tariffs if row.area in {code, regions.get(code)}}
        assert set(document.tariffs) == expected
        assert {row for row in document.tariffs if row.own} == {
            row for row in expected if row.area == code
        }
        assert {row.municipality for row in document.budgets} <= {code}


def test_a_document_holds_all_that_concerns_its_municipality() -> None:
    documents = resolve(parse_files(bytes_of(GOOD)))
    assert list(documents) == ["0518", "0637"]
    own, neighbour = documents["0637"], documents["0518"]
    assert (own.name, own.region) == ("Zoetermeer", "Haaglanden")
    assert {row.contract: row.own for row in own.contracts} == {"C1": False, "C2": True}
    assert [row.contract for row in neighbour.contracts] == ["C1"]
    assert [len(rows) for rows in (own.measures, own.fixed_costs, own.conversions)] == [1, 2, 1]
    assert own.inhabitants[0].young == 27000
    assert (neighbour.inhabitants, neighbour.budgets, neighbour.measures) == ((), (), ())
    assert len(own.providers) == len(neighbour.providers) == 2


def test_a_recipient_stands_where_its_area_contract_or_provider_does() -> None:
    rows = "aanbieder;Het Anker;info@anker.example;;;90000002;week\ncontroller;R;r@x.example;Haaglanden;;;week"
    documents = resolve(parse_files(with_row("ontvangers.csv", rows)))
    names = {code: {row.name for row in each.recipients} for code, each in documents.items()}
    assert names == {
        "0637": {"Pieters", "Jansen", "De Brug", "Het Anker", "R"},
        "0518": {"Jansen", "De Brug", "R"},
    }


def test_a_municipality_that_only_another_file_names_has_a_document() -> None:
    loaded = parse_files(with_row("ontvangers.csv", "controller;K;k@x.example;0363;;;week"))
    document = resolve(loaded)["0363"]
    assert (document.name, document.region, len(document.recipients)) == (None, None, 1)
    inhabitants = (Inhabitants(municipality="0344", year=2026, young=5),)
    assert list(resolve(Loaded(inhabitants=inhabitants))) == ["0344"]


def test_an_unknown_municipality_has_an_empty_document() -> None:
    document = empty_document("0001")
    assert json.loads(document.encode())["code"] == "0001"
    assert ReferenceDocument.decode(document.encode()) == document


def test_a_municipality_without_region_gets_its_own_rows_only() -> None:
    alone = Loaded(municipalities=(Municipality(code="0637", name="Zoetermeer"),))
    rows = parse_files(bytes_of(GOOD))
    document = resolve(replace(alone, tariffs=rows.tariffs))["0637"]
    assert [row.own for row in document.tariffs] == [True]


def test_a_successor_has_the_documents_of_all_it_follows_up() -> None:
    towns = (
        "gemeentecode;naam;regio;opvolger;per\n9901;A;R;9902;2024-01-01\n9902;B;R;9903;2025-01-01\n"
    )
    documents = resolve(parse_files({"gemeenten.csv": f"{towns}9903;C;R;;\n".encode()}))
    [second] = documents["9903"].predecessors
    assert (second.code, [each.code for each in second.predecessors]) == ("9902", ["9901"])
    assert documents["9901"].predecessors == ()
    again = ReferenceDocument.decode(documents["9903"].encode())
    assert again == documents["9903"]
