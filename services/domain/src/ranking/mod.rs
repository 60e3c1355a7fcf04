//! Totals, ties, quota, classes, and the published document (domain notes, 3.5, 3.6).
