"""The one family of errors that the statistics raise for bad input."""


class BadInput(ValueError):
    """An argument that cannot be meant: the message names the argument and the value."""
