"""Which tools there are: every file of this package that has a `TOOL`. Nobody keeps a list."""

import importlib
import pkgutil
from typing import TypeVar

from ingest import tools
from ingest.tools.notice import MailTool, Tool

Kind = TypeVar("Kind", Tool, MailTool)


def discovered(kind: type[Kind], prefix: str = "") -> tuple[Kind, ...]:
    """The `TOOL` of this kind in each file whose name has the prefix, by turn and name.

    Raises ValueError where two files claim one name.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(tools.__path__) if module.name.startswith(prefix))
    modules = [importlib.import_module(f"{tools.__name__}.{name}") for name in names]
    found = [tool for module in modules if isinstance(tool := getattr(module, "TOOL", None), kind)]
    claimed = [tool.name for tool in found]
    if doubled := sorted({name for name in claimed if claimed.count(name) > 1}):
        raise ValueError(f'Two files of ingest/tools/ claim the tool "{doubled[0]}".')
    return tuple(sorted(found, key=lambda tool: (tool.turn, tool.name)))
