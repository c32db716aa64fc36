"""Composes the house: settings, database, wiring of announcements, navigation and routes.

Keeps: how the rooms are put together. Receives from: every room. Hands on: to the web server,
the job worker and the command line.
"""
