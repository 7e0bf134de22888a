"""Where in each monitoring tool a webhook's address is pasted, or what is pasted: read from `tool_places.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from textwrap import fill

_WIDTH = 110
_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

PLACES: Mapping[str, str] = {tool: fill(words, _WIDTH) for tool, words in _WORDS["places"].items()}
"""Tool to the place in it, for tools that post a shape of their own."""
SCRIPTS: Mapping[str, str] = _WORDS["scripts"]
"""Tool to what is pasted, for tools that post what they are told to; a pattern for `str.format`."""
