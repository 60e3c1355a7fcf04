//! The survey over its real routes: what it takes, what it refuses, what it posts.

mod forms;
mod intake;
mod numbers;
mod points;
mod register;
mod streams;
mod support;
