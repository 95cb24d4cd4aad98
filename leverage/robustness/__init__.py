"""How sure a ranking is: over weights, over evidence, over time."""
