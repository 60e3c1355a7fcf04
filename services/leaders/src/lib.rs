//! Leaders' scoring slips become points of the leaders' criterion.
