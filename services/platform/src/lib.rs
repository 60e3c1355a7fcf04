//! What every service needs and no business rule: database, calls, callers, feeds, clock.
