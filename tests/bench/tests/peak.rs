//! Alone in its process, because memory is counted by the process.
#![cfg(target_os = "linux")]

use tenable_bench::peak::{highest, now, reset};

#[test]
fn what_was_held_and_let_go_counts_until_the_reset() {
    const SIZE: usize = 64 << 20;
    let before = now().unwrap();
    drop(std::hint::black_box(vec![1_u8; SIZE]));
    let highest_before = highest().unwrap();
    assert!(highest_before >= before + SIZE as u64 * 9 / 10, "{before} {highest_before}");
    assert!(reset());
    assert!(highest().unwrap() < before + SIZE as u64 / 2);
}
