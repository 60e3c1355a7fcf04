//! Leaders' slips and their conversion (domain notes, 3.4).
