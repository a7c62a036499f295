"""PromQL for the boards.

A book is shown by one worker, and for one scrape by two when it changes hands; so each figure is
first taken once whatever the worker (`max without`), and only then added up. Everything is about
the municipality and the year that the reader chose.
"""

OWN = 'municipality="$gemeente"'
YEAR = f'{OWN}, year="$jaar"'
MONTHS = f'{OWN}, care_month=~"$jaar-.*"'


def figure(metric: str, *by: str, of: str = YEAR) -> str:
    """A metric without its prefix `budgetwacht_`, added up by the labels `by`."""
    once = f"max without (instance, job) (budgetwacht_{metric}{{{of}}})"
    return f"sum by ({', '.join(by)}) ({once})"


def percent(part: str, whole: str, match: str = "") -> str:
    """How many percent `part` is of `whole`; nothing where the whole is zero. `match` says which
    whole belongs to which part, where their labels differ.
    """  # noqa: D205 - the match belongs to the sentence
    return f"100 * {part} / {match}({whole} != 0)"


def verdict(level: str, *by: str) -> str:
    """How the prognosis stands against the budget, 0 to 3: how many of the upper 80 percent bound,
    the prognosis and the lower bound lie above the budget.
    """  # noqa: D205 - the count is the sentence
    budget = figure(f"{level}_budget_euros", *by)
    points = ("prognosis_upper80", "prognosis", "prognosis_lower80")
    above = (f"({figure(f'{level}_{point}_euros', *by)} > bool {budget})" for point in points)
    return " + ".join(above)


def weighted(share: str, weight: str, *by: str) -> str:
    """The mean of a share over budget lines, weighted by an amount, per care month."""
    of_line = (*by, "budget_line")
    shares, weights = (figure(metric, *of_line, of=MONTHS) for metric in (share, weight))
    return f"sum by ({', '.join(by)}) ({shares} * {weights}) / (sum by ({', '.join(by)}) ({weights}) != 0)"
