"""The language of budgetwacht: iJw messages, events, reference data and outputs; no streams, no clocks."""
