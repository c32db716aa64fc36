"""Reads FHIR R4: bundles and single resources into plans, faults and sourced statements.

Everything here is pure: bytes in, frozen values out. `bundles.plan_bundle` reads one bundle (see
there), `meaning.statements` says what its resources mean, `outcome` writes the answers.
"""
