//! The pages: what every one keeps, and who may open which.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod account;
mod agree;
mod appraisal;
mod assign;
mod conduct;
mod council;
mod csrf;
mod deny;
mod fieldwork;
mod fieldwork_setup;
mod headers;
mod home;
mod journal;
mod late;
mod leaders;
mod organise;
mod pages_table;
mod people;
mod recheck;
mod remind;
mod reopen;
mod set_up_read;
mod site;
mod survey;
mod survey_again;
mod things;
mod ties;
mod trespass;
mod unit;
mod unit_files;
mod words;
mod workbooks;
