"""What Prometheus sees of a worker: the figures of its books, and how it is doing itself."""
