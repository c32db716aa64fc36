"""Tests of the words, NHS numbers, identifiers and places: no database, no clock."""
