//! Who is calling: people, roles, sessions, tokens.
