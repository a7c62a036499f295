"""The figures: aggregates kept incrementally from the ledger's changes.

At any moment they equal the batch computation (`streams.figures.batch`) over the same messages.
"""
