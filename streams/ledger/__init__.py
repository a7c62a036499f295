"""The ledger: a pure fold of messages into one book per municipality.

State is a function of the set of messages, not of their order or multiplicity.
"""
