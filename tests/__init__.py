"""The tests of budgetwacht; `tests.servers` starts the real servers that they and `make stack` use."""
