"""The half of Configure that needs no screen: drafts, edits, rows of fields, costs, the config as text."""
