# The slip on which a leader marks the units.

leaders-title = Scoring slip, cycle { $cycle }
leaders-types = Types of unit
leaders-only-open = Show only units not marked yet
leaders-all = Show all units
leaders-none-open = Every unit of this type has a mark or an abstention.
leaders-abstain = No mark
leaders-save = Save
leaders-line-clash = ✗ Not saved: another mark was just given to this unit elsewhere. Both stand at the unit.
leaders-signed-out = ✗ Your session has ended; what you chose is kept on this page. Sign in again in a new tab and come back: it is sent then.
leaders-sign-in = Sign in in a new tab
leaders-waiting = { $n } choices waiting to be sent
leaders-review = Review and send
leaders-for-another = You are filling in a leader's slip. Each choice is recorded as entered by you; only the leader can send the slip.
leaders-ahead = The slip opens at { $from }. Until then it can only be read.
leaders-until = Until { $until }, { $left }.
leaders-over = A slip counts as it was sent. To have it reopened, ask Home Affairs for an extension.
leaders-over-unsent = This slip was not sent in time and does not count. To send it, ask Home Affairs for an extension.
leaders-unsent = Not sent
leaders-sent = Sent
leaders-changed = Changed, not sent again
leaders-sent-at = Sent at { $at }, receipt { $receipt }.
leaders-clash = “{ $theirs }” was saved for this unit elsewhere at { $at }; you chose “{ $mine }”. Keep what was saved, or choose again.
leaders-not-named = Home Affairs has not named the leaders who mark in this cycle. The slip appears here once it has.
leaders-complete = Every unit has a mark or an abstention.
leaders-missing = { $count ->
    [one] 1 unit is not marked yet
   *[other] { $count } units are not marked yet
}
leaders-spread = How the marks are spread
leaders-mark = Mark
leaders-units = Units
leaders-which = Which
leaders-only-leader = Only the leader can send this slip.
leaders-first-complete = Mark every unit, or choose “No mark”; then the slip can be sent.
leaders-send = Send the slip
leaders-send-again = Send the slip again
leaders-meaning = Sending does not lock the slip: it can be changed and sent again until { $until }.
leaders-search = Find a unit
leaders-none-found = No unit matches. Clear the filter to see all of them.
leaders-choose = – choose a mark –
leaders-choose-one = Choose a mark, or “No mark”.
leaders-rest-link = Give the units that are left the same mark…
leaders-rest = The units that are left
leaders-rest-meaning = These units of this type have no mark yet. The mark chosen below is saved for all of them; each can still be changed afterwards.
leaders-rest-mark = Mark for { $count ->
    [one] the unit that is left
   *[other] { $count } units
}
leaders-rest-save = Mark { $count ->
    [one] the unit
   *[other] { $count } units
}
