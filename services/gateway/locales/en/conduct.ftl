# The conduct of a cycle: progress, the leaders' scoring, classification and publication.
conduct-title = Progress of cycle { $cycle }
conduct-cycle = Cycle
conduct-pages = Pages of the cycle
conduct-progress = Progress
conduct-panel = Leaders' scoring
conduct-ranking = Classification, publication
conduct-unopened = This cycle is not open yet, so there is nothing to follow. Prepare and open it, and its progress stands here.
conduct-saved = Recorded.

conduct-parts = The work of the cycle
conduct-survey = Survey
conduct-recheck = Recheck
conduct-self-scoring = Self-scoring by the units
conduct-appraisal-1 = First appraisal
conduct-explanation = Explanations of the units
conduct-appraisal-2 = Second appraisal
conduct-leaders = Leaders' scoring
conduct-readiness = Ready for classification
conduct-late = Overdue, not complete
conduct-unknown = Could not be loaded
conduct-open = Under way
conduct-ahead = Not due yet
conduct-done = Done
conduct-from = opens at { $from }
conduct-ended = ended at { $until }
conduct-until = { $left }, until { $until }
conduct-open-until = open, until { $until }
conduct-slips = { $done } of { $all } valid slips
conduct-cases = { $done } of { $all } slips rechecked
conduct-cases-open = { $done } of { $all } slips rechecked; a list is not concluded yet
conduct-no-cases = no slip has been drawn yet
conduct-no-targets = no targets have been set yet
conduct-sent-slips = { $done } of { $all } slips sent
conduct-no-panel = the panel has not been named yet
conduct-sent-sheets = { $done } of { $all } units have sent or were closed by the system
conduct-answers = { $done } of { $all } questions answered
conduct-no-questions = there is nothing to explain
conduct-gaps = { $left } criteria not appraised yet
conduct-no-gaps = every criterion is appraised; not closed yet
conduct-round-closed = closed
conduct-missing = { $left } points not final yet
conduct-ready = all points for the official computation are there
conduct-ties-open = { $n ->
    [one] { $n } tie
   *[other] { $n } ties
} at the edge of the quota of excellent units for the council to decide.

conduct-units = Unit by unit
conduct-units-order = Overdue units come first, then those that lack most. Each number leads to where it comes from.
conduct-no-units = There are no units yet.
conduct-to-journal = Journal of this cycle
conduct-column-unit = Unit
conduct-column-sheet = Self-scoring
conduct-column-filled = Criteria scored
conduct-column-survey = Valid survey slips
conduct-column-gaps-1 = Not appraised, first round
conduct-column-gaps-2 = Not appraised, second round
conduct-column-missing = Points not final
conduct-short = Too few slips
conduct-sheet-sent = Sent
conduct-sheet-locked = Locked by the system
conduct-sheet-none = Not begun
conduct-sheet-late = Overdue, not sent
conduct-sheet-draft = Under way

conduct-panel-title = Leaders' scoring, cycle { $cycle }
conduct-panel-progress = How many have sent
conduct-panel-empty = The panel has not been named yet. Leaders have slips once it is.
conduct-panel-table = Leaders and their slips
conduct-window = Time for scoring
conduct-window-unset = the cycle's calendar does not have it yet
conduct-quorum = Slips needed
conduct-quorum-needed = at least { $percent }% of the leaders; { $sent } of { $all } have sent
conduct-quorum-reached = Enough
conduct-quorum-short = Not enough
conduct-quorum-decided = Decision below the quorum
conduct-points = Leaders' points
conduct-scoring-closed = Final
conduct-scoring-open = Not final
conduct-leader = Leader
conduct-office = Office
conduct-chair = Chairman
conduct-vice-chair = Vice-chairman
conduct-marked = Units marked
conduct-sent = Slip
conduct-slip-sent = Sent
conduct-slip-late = Overdue, not sent
conduct-slip-unsent = Not sent
conduct-no-marks = No mark of any slip is on this page: a slip is for its leader and the leader's secretary alone.
conduct-decide-quorum = Decide below the quorum
conduct-decide-quorum-meaning = Time is up and too few slips were sent. With a recorded decision the slips that were sent count; without one the leaders' points cannot be computed and no unit is classified.
conduct-decide-quorum-act = Record the decision
conduct-document = Document
conduct-document-hint = Number, symbol and date of the document, such as 125/QĐ-SNV of 28/12/2026.
conduct-close = Make the leaders' points final
conduct-close-waits = Possible once time is up: { $until }.
conduct-close-needs-decision = Too few slips were sent. Record the decision above first.
conduct-close-act = Make final
conduct-close-meaning = The leaders' points are final from then on. After an extension they have to be made final again.
conduct-closed-note = The leaders' points are final.
conduct-name-panel = The panel
conduct-name-panel-meaning = Choose the office of each leader in the panel; whoever is “not in it” has no slip. One chairman at the most. The panel can be changed until a leader has sent.
conduct-name-panel-act = Save the panel
conduct-panel-fixed = A leader has sent a slip, so the panel can no longer be changed.
conduct-panel-needed = Nobody is in the panel. Choose the office of at least one person.
conduct-no-leaders = Nobody has the role of a leader in this cycle. Grant it first, then name the panel.
conduct-to-accounts = Accounts and roles
conduct-not-in-panel = Not in it
conduct-printed-name = Name on the slip
conduct-place = Place on the slip
conduct-place-unread = The place is a whole number, such as 1 or 2. Type it again.
conduct-shortlist = Units to be marked
conduct-shortlist-hint = By the cycle's policy leaders mark only the units chosen here.

conduct-ranking-title = Classification and publication, cycle { $cycle }
conduct-published = Published. The public page has the new version.
conduct-is-ready = All points are final: enough to compute officially and to publish.
conduct-not-ready = { $n } points are missing or not final.
conduct-not-ready-note = What stands below is provisional; publication waits until nothing is missing. By source:
conduct-missing-count = { $n ->
    [one] { $n } point not final
   *[other] { $n } points not final
}
conduct-provisional = { $type }: provisional, on what is there now
conduct-why = Why
conduct-held = Not above “{ $class }” by { $document }.
conduct-ties = Ties at the edge of the quota of excellent units
conduct-no-ties = There is no tie at the edge.
conduct-tie-open = { $type }: { $units } are equal, { $places } places are left. The council has not decided; until then these units are good.
conduct-to-ties = Page of the council's decisions
conduct-ties-decided = What the council decided
conduct-tied = Equals
conduct-places = Places
conduct-chosen = Chosen
conduct-nobody-chosen = None of them
conduct-tie-outdated = The tied group has changed: to be decided again
conduct-at = Recorded at
conduct-bars = Highest class of a unit
conduct-bars-meaning = A unit is not classified above this, whatever its total. It counts from the next computation; what is published stays.
conduct-no-bars = No unit is limited.
conduct-highest-class = Highest class
conduct-hold = Record or lift a limit
conduct-hold-act = Record
conduct-lift = No limit (lifts one that was recorded)
conduct-lifted = No longer held
conduct-choose-unit = Choose a unit

conduct-missing-title = Points not final, cycle { $cycle }
conduct-missing-meaning = Each row is a criterion of a unit that has no points or none that are final, with who has to do what.
conduct-missing-none = Nothing is missing.
conduct-missing-file = Download the list (CSV)
conduct-all-units = All units
conduct-all-sources = All sources
conduct-source = Source
conduct-criterion = Criterion
conduct-reason = What is missing

conduct-versions = Published versions
conduct-no-versions = Nothing is published yet.
conduct-to-publish = Preview and publish
conduct-to-correct = Preview and publish a correction
conduct-version = Version
conduct-version-number = Version { $n }
conduct-published-at = Published at
conduct-correction = Reason for the correction
conduct-differences = Differences
conduct-see-differences = See what differs
conduct-public-page = Public page
conduct-see-public = See the public version
conduct-publish-title = Publish version { $n }, cycle { $cycle }
conduct-version-title = Version { $n }, cycle { $cycle }
conduct-publish-ties = { $n ->
    [one] { $n } tie is
   *[other] { $n } ties are
} not decided. Published now, these units are good.
conduct-will-be-public = What will be public
conduct-will-be-public-note = Everyone sees each unit's rank, class, total, points of each criterion and their basis. No leader's mark and no respondent is in it. Exactly these results are published: if anything changes while you look, you are told to look again.
conduct-excellent-units = Excellent units
conduct-changes = Differences from the version before
conduct-no-changes = Total, rank and class of every unit are as in the version before.
conduct-changed-units = { $n ->
    [one] { $n } unit differs
   *[other] { $n } units differ
} from the version before
conduct-changed-contents = Changed contents
conduct-first-version = This is the first version of the cycle.
conduct-cannot-publish = It cannot be published: points are missing. Complete them, then open this page again.
conduct-publish = Publish version { $n }
conduct-publish-meaning = Once published, everyone sees it at once, and it cannot be taken back. A mistake is mended by a correction with its reason; earlier versions stay readable.
conduct-publish-act = Publish version { $n }
conduct-decision = Decision to publish
conduct-decision-hint = Number, symbol and date, such as 3500/QĐ-UBND of 30/12/2026.
conduct-correction-hint = What was wrong and by which document it is corrected. The reason is public.
conduct-sha256 = SHA-256 of the published file
