"""Phasegate's core: what should happen, what has happened, and what is true now."""
