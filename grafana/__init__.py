"""The boards: builders, the JSON they make (committed), and how Grafana finds it."""

import warnings

with warnings.catch_warnings():
    # The classic model is meant: Grafana 11, 12 and 13 all read it, dashboardv2 only the last.
    warnings.filterwarnings("ignore", "Prefer using dashboardv2", DeprecationWarning)
    from grafana_foundation_sdk.builders import barchart, dashboard  # noqa: F401
