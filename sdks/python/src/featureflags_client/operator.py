"""How an operator reads its operands and tests a value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .json import Json
from .normalize import Fold

Test: TypeAlias = Callable[[Json], "bool | None"]
"""True or false of a value; None if the value is outside the operator's domain."""

Operand: TypeAlias = "str | float | bool"
"""A scalar that a condition compares with."""


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator that looks at an attribute's value."""

    arity: Literal["one", "many"]
    """How many operands it takes."""
    wants: str
    """What an operand must be, for messages."""
    types: tuple[str, ...]
    """The JSON types that an operand may have."""
    foldable: bool
    """True if `ignoreCase` may be set."""
    accepts: Callable[[Json], bool]
    """True if it can read the operand."""
    prepare: Callable[[list[Operand], Fold], Test]
    """Makes the test; the operands have been accepted."""
