"""Automated steps at work: foreign code in a process of its own, and the steps that ship with the engine."""
