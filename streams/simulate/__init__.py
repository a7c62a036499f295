"""Simulated worlds: the messages and reference files of municipalities that don't exist.

`worlds/` holds the scenarios, `simulation.py` plays one, `folder.py` writes it. Everything between
is pure and drawn from one seed.
"""
