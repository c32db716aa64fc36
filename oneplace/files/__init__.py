"""Uploaded and produced files, kept once each under the hash of their content.

Keeps: files and who put them there. Receives from: every room. Hands on: to every room.
"""
