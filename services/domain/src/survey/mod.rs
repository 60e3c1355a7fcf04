//! Questionnaires, valid slips, and their conversion to points (domain notes, 3.3).
