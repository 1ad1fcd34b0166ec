//! The most memory that a process has held.

use std::fs;

/// The most bytes of memory since the last [`reset`], or since the start of the process; `None` where the system does not say.
pub fn highest() -> Option<u64> {
    status("VmHWM:")
}

/// Bytes of memory that the process holds now.
pub fn now() -> Option<u64> {
    status("VmRSS:")
}

/// Lets the highest begin anew at what is held now. False where that cannot be done.
pub fn reset() -> bool {
    fs::write("/proc/self/clear_refs", "5").is_ok()
}

fn status(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
