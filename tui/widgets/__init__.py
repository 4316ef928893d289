"""The widgets: each takes arrays and numbers, draws them, and speaks by messages."""
