# Letters of the score sheets.
sheet-sent-subject = Score sheet of { $unit } was sent, cycle { $cycle }
sheet-sent-text =
    The score sheet of { $unit } in cycle { $cycle } was sent at { $at }.

    Sending does not lock it: until { $until } the unit can take it back, change it and send it again.
evidence-wanted-subject = More evidence is wanted: { $unit }, cycle { $cycle }
evidence-wanted-text =
    The first appraisal of cycle { $cycle } has ended. More evidence is wanted for { $count ->
        [one] the criterion
       *[other] { $count } criteria
    } of { $unit } listed below.

    Add the evidence and an explanation between { $from } and { $until }.
