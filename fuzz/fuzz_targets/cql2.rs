#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cuntong::probe::cql2(data));
