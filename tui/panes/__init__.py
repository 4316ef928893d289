"""The panes, one file each: they draw the session and speak by messages; no pane queries another."""
