//! The one binary. All of it is in the library beside this file.

fn main() -> std::process::ExitCode {
    chiso_server::cli::main()
}
