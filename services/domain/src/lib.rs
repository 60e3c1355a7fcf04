//! The rules of the rating: pure, exact, without input or output.
//!
//! Nothing here reads a clock, a database, the network or the environment: time, ids and data come in as
//! arguments, decisions go out as values. Points are integers of 1/10,000 ([`kernel::points`]); no float
//! touches a quantity.
//!
//! Comments cite rules (BR-10) and readings (3.1, 4.17) of the regulation by number;
//! `docs/reference/readings.md` says what each stands for.
//!
//! | module | holds |
//! |---|---|
//! | [`kernel`] | ids and codes, instants, points, text, refusals |
//! | [`cycle`] | a year's frame: rule set, policy, calendar, units, council |
//! | [`index_points`] | what the converting services post to ranking |
//! | [`index_set`] | the printed notation of scoring rules, checks that a set adds up |
//! | [`scoring`] | from a leaf's inputs to its points |
//! | [`appraisal`] | evidence rule, two appraisal rounds, penalties |
//! | [`survey`] | questionnaires, valid slips, conversion |
//! | [`recheck`] | sizes, tickets, consequences |
//! | [`leaders`] | leaders' slips, conversion |
//! | [`ranking`] | totals, ties, quota, classes, the published document |

pub mod appraisal;
pub mod cycle;
pub mod index_points;
pub mod index_set;
pub mod kernel;
pub mod leaders;
pub mod ranking;
pub mod recheck;
pub mod scoring;
pub mod survey;
