//! Totals, ranks, classes and published versions from the points of all services.
