//! The worked examples of the domain notes, each policy's default and alternatives, and the properties.

mod classes;
mod fixture;
mod missing;
mod not_applicable;
mod properties;
mod published;
mod tampering;
mod worked;
