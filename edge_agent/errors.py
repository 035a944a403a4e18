"""Which troubles does the agent expect? Refusals and expected failures; all else is a bug."""


class PeripheralError(Exception):
    """A peripheral could not do its work; ``reason`` is a condition's word such as paper_out."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Offline(Exception):
    """The control plane did not answer in time; nothing is known to be lost."""


class ConfigurationError(Exception):
    """The device is not set up as it must be; the message says what to do."""
