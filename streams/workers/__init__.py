"""The streaming shell: topics, intake from files, and the Faust worker that keeps the books."""
