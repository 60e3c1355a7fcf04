//! Evidence rule, two appraisal rounds, penalties (domain notes, 3.2).
