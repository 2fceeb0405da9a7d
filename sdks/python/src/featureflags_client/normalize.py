"""What strings go through before they are compared."""

from collections.abc import Callable

Fold = Callable[[str], str]

# str.lower folds more than the ASCII letters, among them some to two characters.
_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def fold_case(text: str) -> str:
    """Folds ASCII letters, and only them, to lower case."""
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


def keep_case(text: str) -> str:
    """Leaves a string as it is."""
    return text
