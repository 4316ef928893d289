"""Neural networks from scratch in NumPy: layers, gradients, optimizers and the trainer that joins them.

The core takes arrays and gives events; it knows neither where images come from nor who is watching.
"""
