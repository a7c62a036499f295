"""Reserving mathematics on a triangle of amounts: small, exact, and held against published tables.

`triangle` holds what is known, `chain_ladder` the factors and tails, `mack` and `merz_wuthrich` the
errors of the ultimate and of its next move, `a_priori` the methods that believe a budget too, `odp` the
over-dispersed Poisson model, `methods` one table of results for any of them. docs/reserving.md has the
formulas. Amounts are floats in the unit of the triangle.
"""
