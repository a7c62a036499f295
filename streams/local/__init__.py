"""The embedded default: the same core driven from a folder of messages, without a broker."""
