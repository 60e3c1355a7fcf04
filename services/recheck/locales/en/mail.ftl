# Letters about the recheck. None of them has a respondent's name or number.
cases-late-subject = Reminder: { $count } slips are not rechecked yet, cycle { $cycle }
cases-late-text = { $count } of your slips in cycle { $cycle } have no outcome of the recheck yet. The time for the recheck ends at { $until }.
pool-late-subject = Reminder: nobody has { $count } slips of the recheck, cycle { $cycle }
pool-late-text =
    In cycle { $cycle } there are { $count } slips to recheck that nobody has taken. The time for the recheck ends at { $until }.

    Press “Next call” on the page of the recheck to take one.
