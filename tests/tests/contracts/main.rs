//! The public contract, walked by its descriptors: its conventions, who may call what, what repeats.

mod conventions;
mod descriptors;
mod matrix;
mod repeats;
