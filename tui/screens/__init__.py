"""The screen that the panes lie on, and those over it: help, lessons, health, evidence, a step, a check."""
