"""Telling new words from old ones in the text of a mail."""

from ingest.quoting.reply import Reply, split_reply

__all__ = ["Reply", "split_reply"]
