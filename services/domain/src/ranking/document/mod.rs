//! The published JSON.
