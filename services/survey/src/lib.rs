//! Campaigns, questionnaires, respondents and slips; valid slips become points.
