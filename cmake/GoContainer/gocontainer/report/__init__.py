"""Tells of images: what is in one, how two differ, whether one keeps to its budgets."""
