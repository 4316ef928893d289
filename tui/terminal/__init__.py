"""The terminal itself: what it can show, giving it back whatever happens, and what a logout does to a run."""
