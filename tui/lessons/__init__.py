"""One short page for each idea, in plain words, with the numbers of the network at hand filled in."""
