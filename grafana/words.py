"""What a reader sees for codes and for rungs of the ladder: always words, colour only beside them."""

# (from this value up, word, colour), the worst first. Colours that also differ in lightness.
Word = tuple[float | None, str, str]

# Percent of a budget or ceiling that is declared; the rungs are those of the alerts.
USE: tuple[Word, ...] = (
    (110, "vanaf 110%", "purple"),
    (100, "vanaf 100%", "red"),
    (90, "vanaf 90%", "orange"),
    (80, "vanaf 80%", "yellow"),
    (None, "onder 80%", "blue"),
)
# What `queries.verdict` counts.
VERDICT: tuple[Word, ...] = (
    (3, "boven de begroting", "purple"),
    (2, "waarschijnlijk erboven", "red"),
    (1, "kan erboven komen", "orange"),
    (None, "binnen de begroting", "blue"),
)
UNKNOWN = "niet vastgesteld"

# Unit codes of iJw 3.2 (WJ756).
VOLUMES = {
    "01": "minuten",
    "04": "uren",
    "14": "etmalen",
    "16": "dagdelen",
    "82": "stuks (output)",
    "83": "euro's",
    "84": "stuks (inspanning)",
}
