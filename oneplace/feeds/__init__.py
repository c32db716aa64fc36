"""Doors for partners' messages and files: what came in, exactly as it came, and what it says.

So far its two readers stand here, for HL7 v2 and for FHIR R4: pure, without a database. The doors
that use them come next.

Keeps: doors, raw messages, mappings, quarantine.
Receives from: partners' systems, files and hands.
Hands on: to `records`, what each source said, with its place in what was received.
"""
