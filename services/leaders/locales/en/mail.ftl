# Letters about leaders' slips. None of them has a mark.
slip-sent-subject = Receipt of your scoring slip, cycle { $cycle }
slip-sent-text =
    Your scoring slip in cycle { $cycle } was sent at { $at }; it is sending number { $number }.

    Receipt: { $receipt }

    Until { $until } you can change it and send it again; the last sending counts.
slip-sent-for-subject = The scoring slip was sent, cycle { $cycle }
slip-sent-for-text = The scoring slip that you help to prepare in cycle { $cycle } was sent by the leader at { $at }.
slip-late-subject = Reminder: your scoring slip was not sent, cycle { $cycle }
slip-late-text = Your scoring slip in cycle { $cycle } has not been sent. The time for it ends at { $until }.
