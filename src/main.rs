//! The `cuntong` program; see `cuntong --help`.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    cuntong::cli::main()
}
