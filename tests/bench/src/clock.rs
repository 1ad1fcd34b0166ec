//! How much of the processors a process has used.

use rustix::time::{ClockId, clock_gettime};

/// Seconds that the threads of this process have spent on a processor so far, in the program and in the kernel.
pub fn process_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "seconds of a process are far below 2^52")]
    let (seconds, nanoseconds) = (time.tv_sec as f64, time.tv_nsec as f64);
    seconds + nanoseconds / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_moves_the_clock() {
        let before = process_seconds();
        let sum =
            (0..5_000_000_u64).fold(0_u64, |sum, next| sum.wrapping_mul(31).wrapping_add(std::hint::black_box(next)));
        std::hint::black_box(sum);
        assert!(process_seconds() > before);
    }
}
