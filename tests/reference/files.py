"""Good reference files for tests, and a way to spoil them."""

GOOD = {
    "gemeenten.csv": "gemeentecode;naam;regio\n0637;Zoetermeer;Haaglanden\n0518;Den Haag;Haaglanden\n",
    "inwoners.csv": "gemeentecode;jaar;jeugdigen\n0637;2026;27000\n",
    "verevening.csv": "gemeentecode;jaar;sleutel\n0637;2026;0,6\n0518;2026;1,4\n",
    "aanbieders.csv": (
        "agb;naam;email;webhook\n"
        "90000001;De Brug;info@brug.example;https://brug.example/berichten\n"
        "90000002;Het Anker;;\n"
    ),
    "producten.csv": (
        "gebied;productcode;productcategorie;omschrijving;segment;profiel;intensiteit;variant;"
        "verblijf;begrotingspost;geldig_vanaf;geldig_tot\n"
        "Haaglanden;45A04;45;Begeleiding;B;1;laag;inspanning;nee;Ambulant;2025-01-01;\n"
        "0637;45A04;45;;;;;;;;2026-01-01;2026-12-31\n"
    ),
    "tarieven.csv": (
        "gebied;agb;productcode;eenheid;tarief;geldig_vanaf;geldig_tot\n"
        "Haaglanden;90000001;45A04;04;90,00;2025-01-01;\n"
        "0637;90000001;45A04;01;1,6667;2026-01-01;2026-12-31\n"
    ),
    "begroting.csv": (
        "gemeentecode;jaar;begrotingspost;versie;vastgesteld_op;bedrag\n"
        "0637;2026;Ambulant;1;2025-11-10;1254998,35\n"
    ),
    "contracten.csv": (
        "contract;agb;gebied;jaar;productcodes;plafond;ondergrens;bovengrens;"
        "declaratietermijn_maanden;contractmanager\n"
        "C1;90000001;Haaglanden;2026;45A04,45A05;500000;90;105,5;3;Jansen\n"
        "C2;90000002;0637;2026;;;;;;\n"
    ),
    "vaste_kosten.csv": (
        "gemeentecode;begrotingspost;soort;omschrijving;maand;bedrag\n"
        "0637;Ambulant;taakgericht;Wijkteam;2026-01;1000,00\n"
        "0637;Ambulant;pgb;;2026-01-01;-50,5\n"
    ),
    "productomzetting.csv": (
        "gebied;ingangsdatum;oud;nieuw;gewicht;eenheidsfactor\n"
        "Haaglanden;2026-01-01;45A03;45A04;0,5;60\n"
    ),
    "maatregelen.csv": (
        "maatregel;gemeentecode;productcodes;ingangsdatum;jaar;beoogde_besparing\n"
        "Kortere trajecten;0637;;2026-04-01;2026;25000\n"
    ),
    "ontvangers.csv": (
        "rol;naam;email;gebied;contract;agb;frequentie\n"
        "controller;Pieters;pieters@gemeente.example;0637;;;direct\n"
        "contractmanager;Jansen;jansen@regio.example;;C1;;week\n"
        "aanbieder;De Brug;info@brug.example;;;90000001;direct\n"
    ),
}


def bytes_of(files: dict[str, str]) -> dict[str, bytes]:
    """The files as they lie on disk."""
    return {name: text.encode() for name, text in files.items()}


def with_row(name: str, row: str) -> dict[str, bytes]:
    """The good files, one of them with a row more."""
    return bytes_of({**GOOD, name: f"{GOOD[name]}{row}\n"})


def with_cells(name: str, **cells: str) -> dict[str, bytes]:
    """The good files, with other cells in the last row of one of them."""
    *lines, last = GOOD[name].splitlines()
    row = dict(zip(lines[0].split(";"), last.split(";"), strict=True)) | cells
    return bytes_of({**GOOD, name: "\n".join([*lines, ";".join(row.values())])})
