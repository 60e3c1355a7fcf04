//! The worked examples of readings 3.5 and 3.6, each policy's default and alternatives, and the properties.

mod classes;
mod compare;
mod fixture;
mod missing;
mod not_applicable;
mod properties;
mod published;
mod tampering;
mod worked;
