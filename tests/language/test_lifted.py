"""The fast lane and the full reader agree, however a message is spelled."""

from time import process_time

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemas.errors import Unreadable
from schemas.ijw import Message
from schemas.ijw.grammar import COMMON_NAMESPACE
from schemas.ijw.lifted import DECLARATION, lift
from schemas.ijw.read import _parse, read_message
from schemas.ijw.write import write_message
from tests.language.messages import ONE, declaration, line
from tests.language.official import accepts, needs_schemas
from tests.language.spelling import respelled
from tests.language.trees import KINDS, messages

pytestmark = needs_schemas

NAMESPACES = {"jw323": DECLARATION, "ijw": COMMON_NAMESPACE}
CALM = settings(
    max_examples=50,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a seed of spellings does not shrink
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SEEDS = st.integers(0, 2**32)


def full(data: bytes) -> Message | None:
    """What the full reader makes of it; None when it refuses."""
    try:
        return _parse("JW323", data, [])
    except Unreadable:
        return None


def fast(data: bytes) -> Message | None:
    try:
        return read_message(data)
    except Unreadable:
        return None


@given(messages("JW323"), SEEDS)
@CALM
def test_a_declaration_reads_the_same_however_it_is_spelled(message: Message, seed: int) -> None:
    data = respelled(seed, write_message(message).decode())
    assert full(data) == message
    assert read_message(data) == message


@given(st.data(), st.sampled_from(KINDS), SEEDS)
@CALM
def test_every_message_reads_the_same_however_it_is_spelled(
    data: st.DataObject, kind: str, seed: int
) -> None:
    message = data.draw(messages(kind))
    assert read_message(respelled(seed, write_message(message).decode())) == message


LINE = """<jw323:Prestatie><jw323:ProductReferentie><ijw:ReferentieNummer>R1</ijw:ReferentieNummer>
</jw323:ProductReferentie><jw323:ToewijzingNummer>1</jw323:ToewijzingNummer>
<jw323:ProductCategorie>45</jw323:ProductCategorie><jw323:ProductCode>45A04</jw323:ProductCode>
<jw323:ProductPeriode><ijw:Begindatum>2026-02-01</ijw:Begindatum>
<ijw:Einddatum>2026-02-28</ijw:Einddatum></jw323:ProductPeriode>
<jw323:GeleverdVolume>1</jw323:GeleverdVolume><jw323:Eenheid>04</jw323:Eenheid>
<jw323:ProductTarief>5</jw323:ProductTarief><jw323:IngediendBedrag><ijw:Bedrag>5</ijw:Bedrag>
<ijw:DebetCredit>D</ijw:DebetCredit></jw323:IngediendBedrag></jw323:Prestatie>"""
USUAL = write_message(declaration((ONE, [line("R0")]))).decode()
BEFORE, AFTER = (
    USUAL.split("<jw323:Prestatie>")[0],
    "</jw323:Prestaties>" + (USUAL.split("</jw323:Prestaties>")[1]),
)

ODD = [
    LINE.replace(">1<", ">1\x0b<"),
    LINE.replace(">\n<", ">\x0b<"),
    LINE.replace(">\n<", ">\u00a0<"),
    LINE.replace(">\n<", ">\u2028<"),
    LINE.replace(">\n<", ">\x1c<"),
    LINE.replace(">\n<", ">x<"),
    LINE.replace(">R1<", "> R1\n<"),
    LINE.replace(">R1<", ">R 1<"),
    LINE.replace(">R1<", ">R&amp;1<"),
    LINE.replace(">R1<", ">R\u00e91<"),
    LINE.replace(">R1<", ">123456789012345678901<"),
    LINE.replace(">R1<", "> <"),
    LINE.replace(">1<", ">+1<"),
    LINE.replace(">1<", ">\u0661<"),
    LINE.replace("2026-02-28", "2026-02-30"),
    LINE.replace(">45<", ">39<"),
    LINE.replace(">04<", ">05<"),
    LINE.replace(">5<", ">999999999<"),
    LINE.replace("<ijw:Bedrag>", '<ijw:Bedrag x="1">'),
    LINE.replace("<jw323:Prestatie>", '<jw323:Prestatie x="1">'),
    LINE.replace("ijw:Bedrag", "jw323:Bedrag"),
    LINE.replace("jw323:Eenheid", "ijw:Eenheid"),
    LINE.replace("jw323:Prestatie>", "jw323:Prestatie >"),
    "<jw323:Prestatie/>" + LINE,
    "<jw323:Prestatie></jw323:Prestatie>" + LINE,
    "<jw323:Prestatie />" + LINE,
    LINE + "<jw323:Prestatie><!-- --></jw323:Prestatie>",
    f"<!--{LINE}-->{LINE}",
    f"<!--{LINE}--><jw323:Prestatie/>",
    f"<!--{LINE}--><jw323:Prestatie></jw323:Prestatie>",
    f"<![CDATA[{LINE}]]>{LINE}",
    f"<?x {LINE}?>{LINE}",
    f"<jw323:Prestatie>{LINE}</jw323:Prestatie>",
    LINE + "x",
    LINE + "<!-- - - -->",
    LINE + "<!-- -- -->",
    LINE + "<!-- --->",
    LINE + "<!-->",
    LINE + "<!--->",
    LINE + "<!-- \x01 -->",
    LINE + "<!-- \ufffe -->",
    LINE + "<!-- \u20ac -->",
    LINE + "<!-- a --> <!-- b -->",
    LINE + "<!-- a --> x <!-- b -->",
    LINE.replace("<ijw:Bedrag>", "<ijw:Bedrag<!-- -->>"),
    LINE.replace("<ijw:Bedrag>", "<ijw:Bedrag><!-- -->"),
    LINE.replace("<ijw:Bedrag>5", "<ijw:Bedrag>5<!-- -->5"),
    LINE.replace("<ijw:Bedrag>5", "<ijw:Bedrag> <!-- --> 5"),
    LINE.replace("<ijw:Bedrag>", '<ijw:Bedrag x="><!-- --><">'),
    LINE.replace("<ijw:Bedrag>", "<!<!-- -->-- --><ijw:Bedrag>"),
    LINE.replace("<ijw:Bedrag>", "><!-- --><ijw:Bedrag>"),
    LINE.replace(">04<", "> 0&#x34;\r<"),
    LINE.replace("ijw:", "q:"),
    LINE.replace("<ijw:Bedrag>", '<ijw:Bedrag xmlns:ijw="x">'),
    LINE.replace("<jw323:Prestatie>", '<jw323:Prestatie xmlns:ijw="x">'),
    LINE.replace("jw323:", "jw323::"),
    LINE + "]]>",
    LINE + "&lt;jw323:Prestatie/>",
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("usual", ["", LINE.replace("R1", "R2")], ids=["alone", "beside"])
def test_an_odd_line_is_judged_as_the_official_schema_judges_it(odd: str, usual: str) -> None:
    """Only white space round a value is judged otherwise: it is ignored, and alone it is nothing."""
    data = (BEFORE + usual + odd + usual.replace("R2", "R3") + AFTER).encode()
    assert fast(data) == full(data)
    padded = any(mark in odd for mark in ("> R1\n<", "> <!-- --> 5", "> 0&#x34;\r<"))
    accepted = padded or (accepts("JW323", data) and "> </ijw:" not in odd)
    assert (fast(data) is not None) == accepted


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<!-- a -->",
        "\n<!-- a -->\n",
        '<?xml version="1.0"?>',
        '<?xml version="1.0"?><!-- a -->',
        '<!-- a --><?xml version="1.0"?>',
        '\n<?xml version="1.0"?>',
        '<?xml version="1.0" encoding="ISO-8859-1"?>',
        '<?xml version="1.0" encoding="US-ASCII"?>',
        '<?xml version="1.0" encoding="UTF-16"?>',
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?>',
        '<?xml encoding="utf-8"?>',
        "<?xml?>",
        "<?x y?>",
        "x",
    ],
)
def test_what_stands_before_the_root_is_judged_the_same(head: str) -> None:
    data = (head + USUAL.partition("?>")[2].strip() + "<!-- the end -->").encode()
    assert fast(data) == full(data)
    assert (fast(data) is not None) == accepts("JW323", data)


@pytest.mark.parametrize("space", ["x", DECLARATION, COMMON_NAMESPACE])
@pytest.mark.parametrize("prefix", ["ijw", "jw323", "other"])
def test_a_prefix_bound_anew_below_the_root_counts(prefix: str, space: str) -> None:
    data = USUAL.replace("<jw323:Prestaties>", f'<jw323:Prestaties xmlns:{prefix}="{space}">')
    assert (fast(data.encode()) is not None) == accepts("JW323", data.encode())


def test_the_usual_lines_do_take_the_fast_lane() -> None:
    text = BEFORE + LINE + "<!-- a comment -->" + LINE.replace("R1", "R2") + AFTER
    lifted = lift(text.encode(), NAMESPACES)
    assert lifted is not None
    assert [each["ProductReferentie"]["ReferentieNummer"] for each in lifted.lines] == ["R1", "R2"]
    assert "45A04" not in lifted.rest


@pytest.mark.parametrize("blank", [" ", "\n", "\t", "<!-- -->", "<!--", "> <!-- -"])
def test_a_long_run_of_blanks_or_comments_costs_no_more_than_its_length(blank: str) -> None:
    data = (BEFORE + LINE.replace(">5</jw323:", ">5" + blank * 200_000) + AFTER).encode()
    begun = process_time()
    assert fast(data) is None
    assert process_time() - begun < 5
