"""Tests of the room of actions."""
