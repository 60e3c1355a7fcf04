//! The survey over its real routes: what it takes, what it refuses, what it posts.

#[cfg(test)]
mod checks;
#[cfg(test)]
mod drafts;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod intake;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod points;
#[cfg(test)]
mod presumed;
#[cfg(test)]
mod races;
#[cfg(test)]
mod register;
#[cfg(test)]
mod returns;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod support;
#[cfg(test)]
mod visits;
