"""The commands, one file for each concern; `web.cli` gathers them. Nothing heavy is imported before a command runs."""
