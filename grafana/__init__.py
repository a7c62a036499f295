"""The boards: builders, the JSON they make (committed), and how Grafana finds it."""
