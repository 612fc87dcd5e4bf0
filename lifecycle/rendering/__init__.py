"""From report values and document contexts to files that people read."""
