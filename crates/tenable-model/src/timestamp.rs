use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

/// A point in time, to the nanosecond, in UTC.
///
/// Products write times as seconds, as milliseconds or as text; which one is a matter of the field's codec in
/// [`wire`](crate::wire). Shown and parsed as RFC 3339.
///
/// ```
/// use tenable_model::Timestamp;
///
/// let noon = Timestamp::from_unix_seconds(1_785_585_600)?;
/// assert_eq!(noon.to_string(), "2026-08-01T12:00:00Z");
/// assert_eq!("2026-08-01T14:00:00+02:00".parse::<Timestamp>()?, noon);
/// # Ok::<(), tenable_model::TimestampError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(jiff::Timestamp);

/// A time that is not RFC 3339, or outside the years -9999 to 9999.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampError(String);

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a point in time: {}", self.0)
    }
}

impl std::error::Error for TimestampError {}

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(jiff::Timestamp::UNIX_EPOCH);

    /// From seconds since 1970-01-01T00:00:00Z.
    pub fn from_unix_seconds(seconds: i64) -> Result<Self, TimestampError> {
        jiff::Timestamp::from_second(seconds).map(Self).map_err(|_| TimestampError(format!("{seconds} s")))
    }

    /// From milliseconds since 1970-01-01T00:00:00Z.
    pub fn from_unix_milliseconds(milliseconds: i64) -> Result<Self, TimestampError> {
        jiff::Timestamp::from_millisecond(milliseconds)
            .map(Self)
            .map_err(|_| TimestampError(format!("{milliseconds} ms")))
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded towards zero.
    pub fn unix_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// Whole milliseconds since 1970-01-01T00:00:00Z, rounded towards zero.
    pub fn unix_milliseconds(self) -> i64 {
        self.0.as_millisecond()
    }

    /// How long before `later` this was; zero when it was not before.
    pub fn until(self, later: Self) -> Duration {
        Duration::try_from(later.0.duration_since(self.0)).unwrap_or(Duration::ZERO)
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0.into()
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = TimestampError;

    fn try_from(time: SystemTime) -> Result<Self, TimestampError> {
        jiff::Timestamp::try_from(time).map(Self).map_err(|_| TimestampError(format!("{time:?}")))
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        // jiff also reads annotations such as `[UTC]`, which no product writes.
        if text.ends_with(']') {
            return Err(TimestampError(format!("{text:?}")));
        }
        text.parse().map(Self).map_err(|_| TimestampError(format!("{text:?}")))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_accepted_and_refused() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-08-01T12:00:00.000Z", 1_785_585_600),
            ("2026-08-01T14:00:00+02:00", 1_785_585_600),
            ("2026-08-01 12:00:00Z", 1_785_585_600),
            ("1969-12-31T23:59:59Z", -1),
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().unix_seconds(), seconds, "{text}");
        }
        for text in [
            "",
            "now",
            "2026-08-01",
            "2026-08-01T12:00:00",
            "2026-13-01T00:00:00Z",
            "1785585600",
            "2026-08-01T12:00:00Z[UTC]",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn out_of_range_numbers_are_refused() {
        assert!(Timestamp::from_unix_seconds(i64::MAX).is_err());
        assert!(Timestamp::from_unix_milliseconds(i64::MIN).is_err());
    }

    #[test]
    fn until_is_never_negative() {
        let (early, late) = (Timestamp::from_unix_seconds(10).unwrap(), Timestamp::from_unix_seconds(70).unwrap());
        assert_eq!(early.until(late), Duration::from_secs(60));
        assert_eq!(late.until(early), Duration::ZERO);
    }
}
