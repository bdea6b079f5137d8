"""The weighing: what a model must own, what it holds, and whether the two agree."""
