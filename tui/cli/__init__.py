"""The command line: one file a command, imported only when that command is used, so that --help is instant."""
