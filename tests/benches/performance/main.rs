//! The benchmarks: one run, one table.

fn main() {}
