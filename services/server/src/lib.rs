//! The one binary: serve, demo, verify, people.
