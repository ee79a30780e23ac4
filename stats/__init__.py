"""The mathematics: arrays in, frozen dataclasses out; no database, no web, no clock, no names."""
