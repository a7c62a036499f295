"""A letter to a person, as plain text and as HTML: the same content in both, nothing from outside.

The plain text is complete on its own. The HTML is one simple table with its style inside, without
images or scripts, so that any mail program shows it and nothing is fetched when it is read.
"""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Letter:
    """What is said: a tag of urgency (or none), the news, the evidence, and what to do about it."""

    subject: str
    tag: str
    colour: str
    news: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    steps: tuple[str, ...]
    link: str | None
    closing: tuple[str, ...]
    reference: str


def plain(letter: Letter) -> str:
    """The letter as text, a fact a line."""
    link = (f"Bekijk het dashboard: {letter.link}",) if letter.link else ()
    parts = (
        letter.news,
        "\n".join(f"{name}: {value}" for name, value in letter.facts),
        *letter.notes,
        "Wat kunt u doen?\n" + "\n".join(f"{n}. {step}" for n, step in enumerate(letter.steps, 1)),
        *link,
        *letter.closing,
        f"Meldingsnummer: {letter.reference}",
    )
    return "\n\n".join(parts) + "\n"


FONT = "font-family:Arial,Helvetica,sans-serif"
PAGE = """\
<!DOCTYPE html>
<html lang="nl">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body style="margin:0;padding:24px 12px;background:#f3f4f6;{font};color:#1f2937">
<table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" \
style="width:100%;max-width:600px;background:#ffffff;border-top:6px solid {colour}">
<tr><td style="padding:24px 28px;font-size:16px;line-height:24px">
{body}
</td></tr>
</table>
</body>
</html>
"""
NEWS = '<p style="margin:0 0 16px;font-size:18px;line-height:26px"><strong>{}</strong></p>'
TAG = '<p style="margin:0 0 4px;font-size:14px;font-weight:bold;color:{colour}">{tag}</p>'
FACTS = '<table cellpadding="0" cellspacing="0" style="width:100%;border-collapse:collapse;margin:0 0 16px;font-size:15px">\n{}\n</table>'
FACT = (
    '<tr><th scope="row" style="width:52%;padding:8px 12px 8px 0;border-bottom:1px solid #e5e7eb;'
    'font-weight:normal;text-align:left;vertical-align:top;color:#4b5563">{}</th>'
    '<td style="padding:8px 0;border-bottom:1px solid #e5e7eb;text-align:right;'
    'vertical-align:top">{}</td></tr>'
)
HEADING = '<h2 style="margin:0 0 4px;font-size:16px;line-height:24px">Wat kunt u doen?</h2>'
STEPS = '<ol style="margin:0 0 16px;padding-left:24px">\n{}\n</ol>'
LINK = (
    '<p style="margin:0 0 20px"><a href="{}" style="display:inline-block;padding:10px 18px;'
    'background:#1d4ed8;color:#ffffff;text-decoration:none">Bekijk het dashboard</a></p>'
)
NOTE = '<p style="margin:0 0 16px;font-size:14px;line-height:21px;color:#4b5563">{}</p>'
TEXT = '<p style="margin:0 0 16px">{}</p>'
REFERENCE = '<p style="margin:0;font-size:14px;color:#4b5563">Meldingsnummer: {}</p>'


def html(letter: Letter) -> str:
    """The letter as a page of HTML; everything in it is escaped."""
    rows = (FACT.format(escape(name), escape(value)) for name, value in letter.facts)
    items = (f"<li>{escape(step)}</li>" for step in letter.steps)
    body = (
        *((TAG.format(tag=escape(letter.tag), colour=letter.colour),) if letter.tag else ()),
        NEWS.format(escape(letter.news)),
        FACTS.format("\n".join(rows)),
        *(NOTE.format(escape(note)) for note in letter.notes),
        HEADING,
        STEPS.format("\n".join(items)),
        *((LINK.format(escape(letter.link)),) if letter.link else ()),
        *(TEXT.format(escape(text)) for text in letter.closing),
        REFERENCE.format(escape(letter.reference)),
    )
    return PAGE.format(
        subject=escape(letter.subject), font=FONT, colour=letter.colour, body="\n".join(body)
    )
