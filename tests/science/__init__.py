"""Tests of pure methods: no database, no web."""
