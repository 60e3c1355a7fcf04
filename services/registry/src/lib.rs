//! Cycles, calendars, units, index sets, council: the year's frame.
