//! From a leaf's inputs to its points (domain notes, 3.1).
