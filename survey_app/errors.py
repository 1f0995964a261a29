"""What the services refuse: a code and its details, no words and no HTTP."""


class Refusal(Exception):
    """A rule of ours says no. `web/errors.py` and `cli.py` turn the code into words."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __str__(self) -> str:
        named = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.code}: {named}" if named else self.code
