use std::time::{SystemTime, UNIX_EPOCH};

const DAY: i64 = 86_400_000;

/// Reads an RFC 3339 date-time with offset (section 5.6), the whole text.
/// Gives milliseconds since 1970-01-01T00:00:00Z, further digits cut.
pub(crate) fn read_instant(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let [year, month, day] = [
        number(bytes, 0, 4)?,
        number(bytes, 5, 2)?,
        number(bytes, 8, 2)?,
    ];
    let [hour, minute, second] = [
        number(bytes, 11, 2)?,
        number(bytes, 14, 2)?,
        number(bytes, 17, 2)?,
    ];
    let separators = [4, 7, 10, 13, 16].map(|at| bytes.get(at).copied().unwrap_or_default());
    if !matches!(separators, [b'-', b'-', b'T' | b't', b':', b':']) {
        return None;
    }
    let (millisecond, rest) = read_fraction(bytes.get(19..)?)?;
    let offset = read_offset(rest)?;
    let in_range = hour <= 23 && minute <= 59 && second <= 59 && (1..=12).contains(&month);
    if !in_range || day < 1 || day > days_in(year, month) {
        return None;
    }
    let time = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
    Some(days_since_1970(year, month, day) * DAY + time - offset * 60_000)
}

fn number(bytes: &[u8], from: usize, length: usize) -> Option<i64> {
    let digits = bytes.get(from..from + length)?;
    let all_digits = digits.iter().all(u8::is_ascii_digit);
    all_digits.then(|| {
        digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
    })
}

/// The milliseconds of an optional fraction, and what comes after it.
fn read_fraction(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let Some(fraction) = bytes.strip_prefix(b".") else {
        return Some((0, bytes));
    };
    let length = fraction
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (digits, rest) = fraction.split_at_checked(length)?;
    let mut padded = digits.iter().chain(b"00").take(3).copied();
    let [a, b, c] = [padded.next()?, padded.next()?, padded.next()?];
    (length > 0).then_some((number(&[a, b, c], 0, 3)?, rest))
}

/// Minutes east of UTC.
fn read_offset(bytes: &[u8]) -> Option<i64> {
    let (sign, digits) = match bytes {
        [b'Z' | b'z'] => return Some(0),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = (number(digits, 0, 2)?, number(digits, 3, 2)?);
    let is_offset = digits.len() == 5 && digits.get(2) == Some(&b':');
    (is_offset && hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

fn days_in(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`: years begin
/// in March, so that the leap day is the last one, and 400 of them repeat.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// An instant as RFC 3339 spells it in UTC, with milliseconds; one outside the years 0 to 9999 is
/// moved to the nearest inside.
pub(crate) fn spell_instant(instant: SystemTime) -> String {
    spell_millis(match instant.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    })
}

/// The same of milliseconds since 1970.
pub(crate) fn spell_millis(millis: i64) -> String {
    // 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
    let millis = millis.clamp(-62_167_219_200_000, 253_402_300_799_999);
    let (days, time) = (millis.div_euclid(DAY), millis.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let (hour, minute) = (time / 3_600_000, time / 60_000 % 60);
    let (second, milli) = (time / 1000 % 60, time % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// The inverse of [`days_since_1970`]: `civil_from_days` of the same source.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let leaps = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leaps) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spelled_reads_back() {
        for millis in [
            0,
            951_782_400_123,
            4_107_542_399_999,
            -1,
            -62_167_219_200_000,
        ] {
            assert_eq!(
                read_instant(&spell_millis(millis)),
                Some(millis),
                "{millis}"
            );
        }
        assert_eq!(spell_millis(951_782_400_123), "2000-02-29T00:00:00.123Z");
    }
}
