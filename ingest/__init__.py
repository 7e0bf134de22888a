"""Bytes in, events out: the doors, the journal and the readers of mail and of monitoring payloads."""
