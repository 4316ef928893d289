"""A network shared by several processes: each passes a part of a batch, and moves a part of the weights."""
