//! Instants D1 to D6, identity of the canonical JSON, and the checks before opening.
