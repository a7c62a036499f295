"""Measurements: the worker beside the same job in Quix Streams."""
