"""The half of Train that needs no screen: curves, plots, progress, and what is off with a run in words."""
