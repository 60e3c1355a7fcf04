//! The binary `chiso`, built beside the tests of this crate, so that what they start is never an old one.

fn main() -> std::process::ExitCode {
    chiso_server::cli::main()
}
