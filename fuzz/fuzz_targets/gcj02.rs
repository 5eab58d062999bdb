#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cuntong::probe::gcj02(data));
