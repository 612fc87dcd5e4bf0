"""The record: tables, journal, outbox. Rows come in here and values go out."""
