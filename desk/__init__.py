"""The shell: configuration, tables, processing, replies, delivery, pages and the command line."""
