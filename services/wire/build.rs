//! Compiles the public contract in pure Rust; nothing is installed and nothing generated is committed.

use std::{env, error::Error, fs, path::PathBuf};

const AREAS: [&str; 8] = [
    "kernel", "identity", "registry", "survey", "recheck", "leaders", "ledger", "ranking",
];

fn main() -> Result<(), Box<dyn Error>> {
    let proto = "../../proto";
    println!("cargo:rerun-if-changed={proto}");
    let files = AREAS.map(|area| format!("chiso/{area}/v1/{area}.proto"));

    let mut compiler = protox::Compiler::new([proto])?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(&files)?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), compiler.encode_file_descriptor_set())?;

    tonic_prost_build::configure()
        .bytes(".chiso")
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
