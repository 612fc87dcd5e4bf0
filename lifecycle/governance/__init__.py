"""May they, is it ready, and what do the votes add up to? Every path into a gate asks here."""
