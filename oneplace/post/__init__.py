"""What leaves the house: notices, emails, texts and letters, through one outbox.

Keeps: messages, their delivery and their answers. Receives from: every room. Hands on: to people
and partners outside.
"""
