"""The PMO's language: what a standard process can say, and whether it makes sense."""
