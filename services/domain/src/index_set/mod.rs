//! Index sets: the printed notation of scoring rules, and the checks that a set adds up.
