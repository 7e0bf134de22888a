"""One file per monitoring tool: from its payload and its words to `Alert`, by tables. See docs/adding-a-tool.md."""
