"""What a municipality knows beside its messages: products, prices, budgets, contracts, people.

``rows`` says what a row of each file means, ``table`` reads one file, ``load`` a directory,
``document`` gathers what concerns one municipality, ``lookup`` answers questions about it.
"""
