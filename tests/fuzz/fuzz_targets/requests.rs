#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (tenable_tests::targets::target("requests").run)(input));
