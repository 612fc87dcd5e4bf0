"""The automated steps that ship with the engine: plain functions from plain data to a verdict, a text and facts."""
