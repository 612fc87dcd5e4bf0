"""One function per verb: load, ask the core, append. Every edge comes in through here."""
