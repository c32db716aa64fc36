"""Reads FHIR R4: bundles and single resources into plans, faults and rows of the record.

Everything here is pure: bytes in, frozen values out. `bundles.plan_bundle` reads one bundle (see
there), `meaning.rows_of` says what its resources mean, `outcome` writes the answers; `reader` does
both for what was received.
"""
