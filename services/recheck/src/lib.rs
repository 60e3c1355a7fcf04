//! Lots, public seeds, draws, calls and findings; void slips become adjustments.
