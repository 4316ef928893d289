"""The drawing behind the Draw pane, without a screen: ink and strokes, its two views, the saved drawings."""
