"""Lets `python -m oneplace.cli` stand in for the installed command."""

from oneplace.cli import main

main()
