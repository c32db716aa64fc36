"""The words of the house: terms, NHS number arithmetic, identifiers and the place loader.

Keeps: the enums every room stores and shows, how an NHS number is checked, how an identifier is
    made, and what a place file may say.
Receives from: nobody; it stands under the floor and imports no other part of oneplace.
Hands on: to every room, to `science`, `insight` and `borough`.
"""
