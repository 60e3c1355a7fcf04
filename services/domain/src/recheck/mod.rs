//! Sizes, tickets and consequences of the recheck (domain notes, 3.3 K; design 9).
