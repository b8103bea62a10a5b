"""Says that this machine can't do a check."""


class Skip(Exception):  # noqa: N818 (no error)
    """The check can't be done on this machine; the text says why."""
