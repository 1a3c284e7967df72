"""The command line of Zavuch."""


def main() -> None:
    """Start."""
