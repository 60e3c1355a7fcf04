# Letters of the score sheets.
sheet-sent-subject = Score sheet of { $unit } was sent, cycle { $cycle }
sheet-sent-text =
    The score sheet of { $unit } in cycle { $cycle } was sent at { $at }.

    Receipt: { $receipt }

    Sending does not lock it: until { $until } the unit can take it back, change it and send it again.
evidence-wanted-subject = More evidence is wanted: { $unit }, cycle { $cycle }
evidence-wanted-text =
    The first appraisal of cycle { $cycle } has ended. More evidence is wanted for { $count ->
        [one] the criterion
       *[other] { $count } criteria
    } of { $unit } listed below.

    Add the evidence and an explanation between { $from } and { $until }.
sheet-late-subject = Reminder: { $unit } has not sent its score sheet, cycle { $cycle }
sheet-late-text =
    The score sheet of { $unit } in cycle { $cycle } has not been sent. The time for self-scoring ends at { $until }.

    After that the system takes what the unit has saved.
appraisal-late-subject = Reminder: { $count ->
        [one] a criterion has
       *[other] { $count } criteria have
    } yet to be appraised in round { $round }, cycle { $cycle }
appraisal-late-text = Your agency has { $count ->
        [one] a criterion
       *[other] { $count } criteria
    } yet to appraise in round { $round } of cycle { $cycle }. The time for it ends at { $until }.
explanation-late-subject = Reminder: { $unit } has not answered { $count ->
        [one] a question
       *[other] { $count } questions
    }, cycle { $cycle }
explanation-late-text = { $unit } has neither explained nor added evidence for { $count ->
        [one] the question
       *[other] the { $count } questions
    } below (criteria not agreed to, penalties proposed) after the first appraisal of cycle { $cycle }. The time for it ends at { $until }; then the second appraisal looks at what is there.
reopening-asked-subject = { $unit } asks for more time, cycle { $cycle }
reopening-asked-text =
    At { $at }, { $unit } asked that the time for { $window ->
        [explanation] explanations
       *[other] self-scoring
    } in cycle { $cycle } be opened again.

    The unit's reason, and the place to answer, are on the page “Requests to reopen” of the cycle.
reopening-answered-subject = Request for more time answered: { $unit }, cycle { $cycle }
reopening-answered-text =
    The request that the time for { $window ->
        [explanation] explanations
       *[other] self-scoring
    } of { $unit } in cycle { $cycle } be opened again was { $granted ->
        [yes] granted: the unit can write until { $until }.
       *[other] refused. The reason is on the unit's page “Ask to reopen”.
    }
