"""Equality, as `in` and `not_in` use it."""

from .json import Json
from .normalize import Fold, keep_case
from .number import read_json_number
from .operator import Operand, Test


def equality(operands: list[Operand], fold: Fold) -> Test:
    """Equality of one JSON type; where one side is a string, it is read as the other's type.

    Each type has a set of its own: in Python True equals 1, in JSON it does not.
    """
    texts = frozenset(fold(each) for each in operands if isinstance(each, str))
    numbers = frozenset(float(each) for each in operands if _is_number(each))
    booleans = frozenset(each for each in operands if isinstance(each, bool))
    spelled_numbers = numbers | {
        number
        for each in operands
        if isinstance(each, str) and (number := read_json_number(each)) is not None
    }
    spelled_booleans = booleans | {value for text, value in _BOOLEANS.items() if text in operands}

    def test(value: Json) -> bool:
        if isinstance(value, str):
            return fold(value) in texts or _reads_as(value)
        if isinstance(value, bool):
            return value in spelled_booleans
        return isinstance(value, (int, float)) and float(value) in spelled_numbers

    def _reads_as(value: str) -> bool:
        if value in _BOOLEANS:
            return _BOOLEANS[value] in booleans
        return bool(numbers) and read_json_number(value) in numbers

    return test


def plain_texts(operands: list[Operand], fold: Fold) -> frozenset[str] | None:
    """The operands, if any scalar is equal to one of them exactly if it is one of them."""
    if fold is not keep_case or not all(map(_is_plain, operands)):
        return None
    return frozenset(each for each in operands if isinstance(each, str))


def _is_plain(operand: Operand) -> bool:
    """True of a text that no number and no boolean is equal to."""
    if not isinstance(operand, str):
        return False
    return operand not in _BOOLEANS and read_json_number(operand) is None


_BOOLEANS = {"true": True, "false": False}


def _is_number(value: Operand) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
