"""What goes wrong when the embedded server cannot be had."""


class ServerFailed(RuntimeError):
    """The embedded server did not do what it was asked.

    Parameters
    ----------
    step : ``"initdb"``, ``"start"``, ``"stop"``, ``"probe"``, ``"binaries"`` or ``"version"``
    output : what the program said; the server's log never holds statements or values
    """

    def __init__(self, step: str, output: str) -> None:
        super().__init__(step, output)
        self.step = step
        self.output = output
