# "My tasks": what is whose to do.

home-empty = Nothing has been given to you yet. When Home Affairs opens a cycle, your tasks appear here.
home-interview = Interviews and survey slips, cycle { $cycle }
home-fieldwork = Supervision of the survey, cycle { $cycle }
home-recheck = Recheck of survey slips, cycle { $cycle }
home-score = Self-scoring, cycle { $cycle }
home-score-and-send = Self-scoring and sending, cycle { $cycle }
home-appraise-1 = Appraisal round 1, cycle { $cycle }
home-appraise-2 = Appraisal round 2, cycle { $cycle }
home-explain = Explanation and further evidence, cycle { $cycle }
home-chair-1 = Council, appraisal round 1, cycle { $cycle }
home-chair-2 = Council, appraisal round 2, cycle { $cycle }
home-mark = Leader’s slip, cycle { $cycle }
home-prepare = Preparing the leader’s slip, cycle { $cycle }
home-run-survey = Cycle { $cycle }: survey
home-run-recheck = Cycle { $cycle }: recheck
home-run-self-scoring = Cycle { $cycle }: self-scoring by the units
home-run-appraisal-1 = Cycle { $cycle }: appraisal round 1
home-run-appraisal-2 = Cycle { $cycle }: appraisal round 2
home-run-external = Cycle { $cycle }: import of external indices
home-run-leaders = Cycle { $cycle }: leaders’ slips
home-units-sent = { $done } of { $all } units have sent
home-slips-sent = { $done } of { $all } slips sent
home-from = opens { $from }
home-until = { $left }, until { $until }
home-over = ended { $since }
home-read-only = Read only
home-ahead = Not yet due
home-open = Under way
home-done = Done
home-sent = Sent
home-unsent = Not sent
home-changed = Changed, not sent again
home-locked = Closed by the system
home-unknown = Could not be loaded
home-slips = { $done } of { $all } valid slips in all
home-cases = { $done } of { $all } slips rechecked
home-leaves = { $done } of { $all } criteria
home-answers = { $done } of { $all } questions answered
home-no-questions = there is nothing to explain
home-questions-later = known once round 1 is closed
home-gaps = { $left } criteria to appraise
home-marks = { $done } of { $all } units
home-visits = { $done } of { $all } slips given to you
home-returned = A slip was returned
home-make-cycle = Create a rating cycle
home-set-up = Prepare and open cycle { $cycle }
home-unopened = Not opened
home-run-ranking = Cycle { $cycle }: classification, publication
home-missing = { $left } points not final
home-ready = ready to be published
home-unpublished = Not published
home-watch = Cycle { $cycle }: watch its progress
home-journal = Journal
home-published = Published results and files
home-penalties = Decide the penalties proposed, cycle { $cycle }
home-penalties-waiting = { $n ->
    [one] { $n } proposal
   *[other] { $n } proposals
}
home-ties = Ties at the edge of excellent, cycle { $cycle }
home-undecided = To be decided
home-close-round = Close appraisal round { $round }, cycle { $cycle }
home-close-survey = End the survey, cycle { $cycle }
home-close-recheck = End the recheck, cycle { $cycle }
home-close-scoring = Close the leaders' scoring, cycle { $cycle }
home-unclosed = Not closed
home-no-panel = the leaders are not named yet
home-not-in-panel = not named among the leaders who mark
home-no-campaign = the survey is not created yet
home-no-targets = no targets are set yet
home-no-cases = no slips are drawn yet
home-unprepared = Not prepared
home-waits = Waits for Home Affairs
home-read-ranking = Cycle { $cycle }: how it would stand
home-reopenings = Answer requests to reopen, cycle { $cycle }
home-reopenings-waiting = { $n ->
    [one] { $n } request
   *[other] { $n } requests
}
home-unanswered = To be answered
