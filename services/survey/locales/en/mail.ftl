# Letters about the survey. None of them has a respondent's name or number.
visits-late-subject = Reminder: { $count } visits without a valid slip, cycle { $cycle }
visits-late-text = { $count } of your visits in cycle { $cycle } have no valid slip yet. The time for the survey ends at { $until }.
survey-late-subject = Reminder: the survey is not done, cycle { $cycle }
survey-late-text =
    The survey of cycle { $cycle } ends at { $until }. Up to now:

    - { $open } visits that were given to somebody have no valid slip;
    - { $short } groups of units have fewer valid slips than they need.
slip-returned-subject = Slip { $slip } was returned, cycle { $cycle }
slip-returned-text =
    Your slip { $slip } about { $unit } in cycle { $cycle } was returned by the supervisor at { $at }.

    The reason stands on the page “My slips”. Open the slip under “Returned” and do it again before the survey ends.
