use std::time::Duration;

/// The longest wait that a server can ask for.
const LONGEST_FLOOR: Duration = Duration::from_secs(300);
const LONGEST: f64 = 30_000.0;
const FIRST: f64 = 500.0;

/// How long to wait after failure `n`, from 0: exponential backoff with full jitter (AWS
/// Architecture Blog, "Exponential Backoff And Jitter", 2015).
/// `chance` is 0 up to 1; `floor` is what the server asks for.
pub(crate) fn delay(n: u32, chance: f64, floor: Option<Duration>) -> Duration {
    let limit = (FIRST * 2f64.powi(n.min(16) as i32)).min(LONGEST);
    let jittered = Duration::from_secs_f64(limit * chance.clamp(0.0, 1.0) / 1000.0);
    jittered.max(floor.unwrap_or_default().min(LONGEST_FLOOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_half_a_minute() {
        let limits: Vec<u128> = (0..9).map(|n| delay(n, 1.0, None).as_millis()).collect();
        assert_eq!(
            limits,
            [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]
        );
        assert_eq!(delay(u32::MAX, 0.5, None).as_millis(), 15_000);
        assert_eq!(delay(3, 0.0, None), Duration::ZERO);
    }

    #[test]
    fn waits_at_least_as_long_as_the_server_asks() {
        let seconds = Duration::from_secs;
        assert_eq!(delay(0, 0.0, Some(seconds(7))), seconds(7));
        assert_eq!(delay(0, 0.0, Some(seconds(7000))), seconds(300));
        assert_eq!(delay(9, 1.0, Some(seconds(7))), seconds(30));
    }
}
