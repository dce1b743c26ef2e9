"""What people are told when something cannot be: the sentence, never Python's own words for it."""


class ConfigError(Exception):
    """The text tells the file and what to change in it."""


def why(error: OSError) -> str:
    """The file, where there is one, and the reason."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
