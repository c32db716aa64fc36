"""Carries each room's rows to the analytic store: pseudonymous, versioned, with time and hash.

Keeps: folders of Parquet files with a manifest. Receives from: records, people. Hands on: to
insight, which answers pseudonyms and counts only.
"""

from oneplace.snapshot.taking import SNAPSHOTS, SnapshotFailed, Taken, folder_of, take

__all__ = ["SNAPSHOTS", "SnapshotFailed", "Taken", "folder_of", "take"]
