"""The regions of a folder of messages, as the process on Kafka would publish them."""

from datetime import date

from schemas.outputs import RegionalValuation
from schemas.reference.mergers import continued
from streams.figures.region import regions
from streams.local.folder import Folder
from streams.prognosis.monitor import Monitor, monitors
from streams.prognosis.valuation import value


def regions_of(folder: Folder, as_of: date, year: int) -> dict[str, RegionalValuation]:
    """Every region with a municipality, by name; one of which nothing is known but its name counts too."""
    documents = folder.documents()
    found = {each.municipality: each for each in monitors(folder.events(), documents, as_of)}
    for code in documents.keys() - found.keys():
        if continued(code, documents, as_of) == code:
            found[code] = Monitor(code)
            found[code].refer(documents[code])
            found[code].tick(as_of)
    return regions((value(each.parts(), year) for each in found.values()), documents)
