"""RFC 3339 date-times."""

import re
from datetime import date, datetime, timezone

# RFC 3339 section 5.6 date-time; groups: year, month, day, hour, minute, second, fraction, offset.
_DATE_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)

_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE
_EPOCH = date(1970, 1, 1).toordinal()
# The days of the year 0, which Python's dates do not know: in the Gregorian calendar a leap year.
_YEAR_ZERO = -366


def read_instant(text: str) -> int | None:
    """Reads an RFC 3339 date-time with offset.

    Returns milliseconds since 1970-01-01T00:00:00Z, further digits cut; None if it is none.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, sign, offset_hour, offset_minute = match.groups()[6:]
    hours, minutes = int(offset_hour or 0), int(offset_minute or 0)
    if hour > 23 or minute > 59 or second > 59 or hours > 23 or minutes > 59:
        return None
    days = _days(year, month, day)
    if days is None:
        return None
    milliseconds = int((fraction or "")[:3].ljust(3, "0"))
    offset = (hours * 60 + minutes) * (-_MINUTE if sign == "-" else _MINUTE)
    return days * _DAY + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds - offset


def instant_text(moment: datetime) -> str:
    """An instant as RFC 3339 has it, in UTC with milliseconds and `Z`."""
    utc = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds") + "Z"


def _days(year: int, month: int, day: int) -> int | None:
    """Days since 1970-01-01; None if there is no such day."""
    try:
        if year == 0:
            # Any other leap year has the same days in the same places.
            return (
                date(4, month, day).toordinal()
                - date(4, 1, 1).toordinal()
                + 1
                + _YEAR_ZERO
                - _EPOCH
            )
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
