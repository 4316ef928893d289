"""Screens that lie over the panes for a moment: help."""
