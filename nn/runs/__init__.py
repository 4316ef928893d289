"""Runs: training as a process of its own with a directory of its own, and the async wrapper that follows it.

Nothing that matters lives in a viewer: whoever watches may stall, vanish or crash, and the training goes on.
"""
