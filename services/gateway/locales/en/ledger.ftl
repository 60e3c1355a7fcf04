# The score sheet of a unit.

ledger-title = Self-scoring: { $unit }
ledger-back = Score sheet: { $unit }
ledger-cycle = Cycle
ledger-step-score = Self-scoring
ledger-step-first = First appraisal
ledger-step-explain = Explanation
ledger-step-second = Second appraisal
ledger-filter = Filter criteria
ledger-all = All
ledger-mine = Mine
ledger-to-do = To do
ledger-lacking = Explanation, evidence missing
ledger-search = Search criteria
ledger-none-found = There is no such criterion. Remove the filter to see all.
ledger-filled = Filled in
ledger-filled-of = { $filled } of { $leaves } criteria
ledger-own-total = Total of self-scores
ledger-first-total = Total of the first appraisal
ledger-second-total = Total of the second appraisal
ledger-pieces = { $n ->
    [one] { $n } piece of evidence
   *[other] { $n } pieces of evidence
}
ledger-review = Review and send
ledger-review-sent = See what was sent, or withdraw it
ledger-review-read = See the whole sheet
ledger-to-explain = Explain and add evidence
ledger-explained = See the first appraisal and the explanations

ledger-window-unset = The calendar of the cycle has no such window. You can only read. Ask the Department of Home Affairs to add it.
ledger-window-ahead = Self-scoring has not begun: it opens { $from }. You can only read.
ledger-sent-at = Sent at { $at }, receipt { $receipt }.
ledger-sent-bare = Sent at { $at }.
ledger-sent-open = To change it, the head of the unit withdraws the sheet before the deadline.
ledger-locked-who = To have it opened again, ask the Department of Home Affairs.
ledger-locked-unsent = The deadline passed before the sheet was sent: the system took what was saved.
ledger-locked-final = The first appraisal is closed, so self-scoring is not opened again.
ledger-explaining = Self-scores are locked since { $since }. Explanations and further evidence are taken until { $until } ({ $left }).
ledger-until = Deadline: { $until } ({ $left })

ledger-stand-not-applicable = Not applicable
ledger-stand-optional = Optional
ledger-stand-blank = Not started
ledger-stand-begun = In progress
ledger-stand-lacking = Missing: { $what }
ledger-lack-explanation = explanation
ledger-lack-evidence = evidence
ledger-lack-both = explanation and evidence
ledger-lack-either = explanation or evidence
ledger-stand-done = Done
ledger-questioned = Explanation wanted
ledger-answered = Explained
ledger-unanswered = Not explained

ledger-beside = Neighbouring criteria
ledger-rule = How it is scored
ledger-proof = Evidence that is wanted
ledger-appraiser = Appraising agency
ledger-not-applicable = This criterion does not apply to the unit: { $why }

ledger-own = Self-score
ledger-outcome = Outcome
ledger-reached = Reached
ledger-not-reached = Not reached
ledger-tier = Level reached
ledger-tier-option = { $label } ({ $points } points)
ledger-planned = Planned
ledger-achieved = Achieved
ledger-ratio-both = Fill in both what was planned and what was achieved.
ledger-count = Number of { $what }
ledger-count-bad = “{ $typed }” is no count. Write a whole number such as 0 or 3.
ledger-explanation = Explanation of the self-score
ledger-explanation-hint = Say what was done, with what result, and in which document it stands.
ledger-save = Save
ledger-save-next = Save and go to the next criterion
ledger-save-review = Save and review
ledger-save-explained = Save and go back to the list
ledger-last = Last saved by { $who } at { $at }.
ledger-no-points = No points yet, of at most { $max }.
ledger-nothing-planned = Nothing was planned this year: the criterion does not count.
ledger-points = Self-score: { $points } of { $max }.
ledger-lacks = Still missing: { $what }. Without it this criterion scores nothing.
ledger-clash = Changed by { $who } at { $at }. Which one is to be kept?
ledger-clash-value = Value that is saved
ledger-clash-keep = Press “Save” to keep what you have typed below.
ledger-clash-theirs = Use what is saved
ledger-unsaved-stored = See what is saved
ledger-said-ratio = { $achieved } of { $planned } planned
ledger-said-count = { $n }
ledger-said-nothing = Not filled in

ledger-evidence = Evidence
ledger-evidence-none = There is no evidence yet.
ledger-supplement = Added with the explanation
ledger-added = Added at { $at }.
ledger-remove = Remove
ledger-remove-this = Remove { $what }
ledger-in-person = Shown in person
ledger-met = on { $on }, at { $at }; present: { $members }
ledger-add-file = Add a file
ledger-file = File
ledger-file-hint = PDF, PNG or JPEG, without a password, at most { $most }.
ledger-file-missing = No file was chosen. Choose one and send again.
ledger-secrecy = Secrecy
ledger-file-secret = Secret document: it is not uploaded, only shown in person
ledger-file-send = Upload
ledger-file-sending = Uploading…
ledger-file-failed = Not uploaded. The file is still chosen; press “Upload” to try again.
ledger-file-signed-out = ✗ Not uploaded: your session has ended. Load the page again to sign in, then choose the file again.
ledger-file-cancelled = The upload was stopped.
ledger-file-sent = ✓ Uploaded. The file stands in the list once what you are typing is saved.
ledger-file-cancel = Stop
ledger-add-link = Add a link
ledger-add-record = Record that something was shown in person (secret document)
ledger-secret = Secret documents are never uploaded. Show them to the appraiser in person, then record day, place and who was present; nothing of the document itself.
ledger-add = Add
ledger-document = Number and symbol of the document
ledger-document-hint = Such as 215/BC-SYT of 05/4/2026.
ledger-locator = Section, page
ledger-url = Link
ledger-url-hint = Begins with https:// or http://
ledger-met-on = Day
ledger-day-hint = Day/month/year, such as 05/12/2026.
ledger-met-at = Place
ledger-met-members = Who was present
ledger-met-members-hint = One person a line.

ledger-first = First appraisal
ledger-second = Second appraisal
ledger-decision = Decision
ledger-decided-points = Appraised points
ledger-decision-why = Reason
ledger-decided-by = Appraised by
ledger-explain = Explanation after the first appraisal
ledger-answer = Explanation
ledger-answer-hint = Say why the points should stay, or what was added. If nothing is added, write “Nothing to add”.
ledger-answer-stored = The answer that is stored:
ledger-explain-title = Explanation: { $unit }
ledger-explain-early = The first appraisal is not closed. Criteria to be explained will stand here.
ledger-explain-penalty-only = All criteria were agreed to. The penalty proposed below is still to be explained.
ledger-explain-none = All criteria were agreed to. There is nothing to explain.
ledger-explain-waits = The first appraisal is not closed, so explanations are not taken yet. Once it is closed, what is to be explained stands here. Deadline of explanations: { $until }.
ledger-explain-later = It can be opened again only once the first appraisal is closed.
ledger-explain-final = The second appraisal is closed, so explaining is not opened again.
ledger-explain-ahead = Explanations are not taken yet: from { $from }.
ledger-explain-done = { $done } of { $all } questions answered.
ledger-explain-points = self-score { $own }, appraised { $first }
ledger-penalties = Proposed penalties
ledger-answer-saved = The answer is saved.
ledger-penalty-points = Points to be taken off
ledger-penalty-proposed = Proposed
ledger-penalty-accepted = Taken off
ledger-penalty-rejected = Not taken off
ledger-penalty-decided = What was decided

ledger-review-title = Review before sending: { $unit }
ledger-review-table = Self-scored criteria
ledger-empty-leaves = { $n ->
    [one] { $n } criterion is empty: the sheet cannot be sent before it is filled in
   *[other] { $n } criteria are empty: the sheet cannot be sent before they are filled in
}
ledger-lacking-leaves = { $n ->
    [one] { $n } criterion lacks evidence or an explanation: it will score nothing
   *[other] { $n } criteria lack evidence or an explanation: they will score nothing
}
ledger-column-criterion = Criterion
ledger-column-input = What was filled in
ledger-column-points = Self-score
ledger-column-max = Maximum
ledger-column-evidence = Evidence
ledger-column-state = State
ledger-head-sends = The head of the unit presses “Send” on this page.
ledger-sent-follows = Next: the council's first appraisal, from { $from } until { $until }.
ledger-send = Send
ledger-send-meaning = Sending does not lock the sheet. It can be withdrawn and changed until { $until }.
ledger-withdraw = Withdraw
ledger-withdraw-reason = Reason
ledger-withdraw-meaning = Withdraw to change something, then send again before { $until }.

ledger-report = Report to print
ledger-report-of = Report on self-scoring: { $unit }
print-how = Print with Ctrl+P on A4; choose “Save as PDF” for a file.
report-draft = DRAFT – NOT SENT
report-above = People's Committee of { $province } province
report-number = No. ……/BC-……
report-state = Socialist Republic of Viet Nam
report-motto = Independence - Freedom - Happiness
report-day = { $province }, day …… month …… year ………
report-kind = Report
report-title = Results of self-scoring, cycle { $cycle }
report-to = To: the Appraisal Council
report-ground = Under { $regulation }, { $unit } reports the results of its self-scoring:
report-explanation = Explanation, evidence
report-part = EXTRACT: { $n } OF { $all } CRITERIA
report-part-total = Total of the self-scores above: { $points } points.
report-total = Total of self-scores: { $points } points.
report-copies = Copies:
report-copy-council = As above;
report-copy-file = File.
report-unsent = Not sent by the deadline, { $at }: the system closed what was saved.
report-sent = In the system:
report-head = Head of the unit
report-sign = (Signature, full name, seal)

reopen-ask = Ask to reopen self-scoring
reopen-ask-explain = Ask to reopen explaining
reopen-title = Ask to reopen: { $unit }
reopen-meaning = The Department of Home Affairs looks at each request. Where it is granted, this unit alone can go on until the new deadline; the answer comes by mail and stands here.
reopen-nothing = There is no time to be reopened now. It can be asked for once the deadline has passed, and before the appraisal is closed.
reopen-waits = The request waits for an answer of the Department of Home Affairs. No other is needed.
reopen-goes-on = Go on
reopen-new-end = New deadline
reopen-window = Time to be reopened
reopen-reason = Reason
reopen-reason-hint = Say why it is late and what has yet to be filled in.
reopen-send = Send the request
reopen-asked-at = Asked at
reopen-waiting = Waits for an answer
reopen-granted = Granted
reopen-refused = Refused
reopen-answer = Answer
reopen-answered-at = Answered at
reopen-answered-by = Answered by
reopen-list = Requests to reopen, cycle { $cycle }
reopen-none = No request waits for an answer.
reopen-open = Waiting for an answer
reopen-over = Answered
reopen-is-open = This time is open for the unit until { $until } ({ $left }).
reopen-is-over = This time ended for the unit at { $since }.
reopen-until = Extend to the end of
reopen-until-hint = Day/month/year, such as 16/12/2026. Leave it empty to refuse, or where the time is open already.
reopen-answer-hint = Give the reason, and the number of a document where there is one. This goes into the journal and the calendar of the cycle.
reopen-answer-meaning = Granting extends the time for this unit alone; others keep theirs. The appraisal that follows can be closed only after the new deadline.
reopen-answer-late = The appraisal after this time is closed, so that it cannot be extended any more; the request can only be refused.
reopen-grant = Grant and extend
reopen-refuse = Refuse

# Dividing a unit's work.

assign = Divide the work
assign-title = Divide the work: { $unit }
assign-meaning = This says who prepares which criterion. Every officer of the unit may still enter all of them.
assign-person = Give to
assign-choose = Choose an officer
assign-to-nobody = Nobody
assign-nobody = nobody yet
assign-line = { $criterion } { $name } – { $who }
assign-act = Give
assign-person-missing = Nobody is chosen. Choose an officer, or “Nobody”.
assign-criteria-missing = No criterion is chosen. Choose at least one.
assign-saved = Saved. { $who } sees to { $n ->
        [one] one criterion
       *[other] { $n } criteria
    }.
assign-saved-nobody = Saved. What you chose is with nobody now.
assign-no-officers = The unit has no officer yet. Ask the Department of Home Affairs for an account.
assign-over = The unit has nothing more to enter in this cycle, so there is no work to divide.
