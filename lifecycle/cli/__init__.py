"""The command line: parse, call one action, show. Nothing heavy is imported before a command needs it."""
