"""What an emulator refuses."""


class EmulatorError(RuntimeError):
    """The emulator did not start, or does not run when it has to, or cannot use its state file."""
