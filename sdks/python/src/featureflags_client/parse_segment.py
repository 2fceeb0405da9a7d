"""Reads one segment."""

from functools import partial

from .conditions import Condition
from .issue import Place, read_fields, read_list, read_optional, read_string
from .json import Json
from .parse_conditions import read_condition
from .parse_rules import read_strings
from .snapshot import Segment


def read_segment(place: Place, value: Json) -> Segment | None:
    """Reads one segment; None if there was an issue."""
    before = len(place.issues)
    found = read_fields(place, value, ("description", "include", "exclude", "any"))
    if found is None:
        return None
    read_optional(place, found, "description", read_string)
    include = read_optional(place, found, "include", read_strings)
    exclude = read_optional(place, found, "exclude", read_strings)
    groups = read_optional(place, found, "any", _read_groups)
    if len(place.issues) > before:
        return None
    return Segment(frozenset(include or ()), frozenset(exclude or ()), tuple(groups or ()))


def _read_groups(place: Place, value: Json) -> list[tuple[Condition, ...]] | None:
    return read_list(place, value, _read_group)


def _read_group(place: Place, value: Json) -> tuple[Condition, ...] | None:
    conditions = read_list(place, value, partial(read_condition, segments=None))
    return None if conditions is None else tuple(conditions)
