"""The terminal side: a Textual app that follows runs and starts them, and the command line."""
