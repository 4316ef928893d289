"""One training step as pages to walk through: words and formulas with a trace's numbers filled in."""
