# Ranking, a unit's page, a criterion's page.
readers-title = Ranks and classes, cycle { $cycle }
readers-none-title = Ranks and classes
readers-none = No cycle has been published yet.
readers-types = Unit types
readers-type = Unit type
readers-cycles = Cycles

readers-published = Version { $version }, published on { $day } by { $document }.
readers-draft = Draft.
readers-draft-note = Computed from what has arrived until now, not published; it may change.
readers-replaced = This version has been corrected.
readers-newest = See the newest version
readers-correction = Correction: { $reason }
readers-older = See the version before
readers-versions = Published versions
readers-open-tie = Tied at the edge of the quota of excellent units, waiting for the council: { $units } for { $places ->
    [one] { $places } place
   *[other] { $places } places
}.

readers-no-units = Cycle { $cycle } has no unit of this type.
readers-caption = { $type }: { $n ->
    [one] { $n } unit
   *[other] { $n } units
}. Choose the name of a column to sort by it.
readers-rank = Rank
readers-rank-small = rank
readers-of-units = of { $n ->
    [one] { $n } ranked unit
   *[other] { $n } ranked units
}
readers-unit = Unit
readers-unit-code = Code
readers-total = Total
readers-penalty = Penalty
readers-class = Class
readers-since = Since cycle { $cycle }
readers-in-cycle = Cycle { $cycle }
readers-tied = Shared rank
readers-not-ranked = Not ranked
readers-since-up = up { $n }
readers-since-down = down { $n }
readers-since-same = same
readers-since-none = –
readers-class-excellent = Tasks completed excellently
readers-class-good = Tasks completed well
readers-class-completed = Tasks completed
readers-class-not-completed = Tasks not completed
readers-class-none = No class
readers-class-not-yet = No class yet

readers-rest = Open a unit to see its points by content.
readers-method = How it is computed
readers-max = at most { $points } points
readers-quota-plain = Quota of excellent units: at most { $quota } of { $base }; { $excellent } classed so.
readers-quota = Quota of excellent units: { $percent }% of { $base } { $rule ->
    [good_units] units that are at least good
   *[other] ranked units
} is { $share }, { $rounding ->
    [half_up] rounded to the nearest
    [ceil] rounded up
   *[other] rounded down
}{ $least ->
    [one] , at least 1
   *[other] {""}
}: at most { $quota }; { $excellent } classed so.
readers-limits = Good: from { $good } points. Completed: from { $completed } to below { $good } points. Below { $completed } points: not completed. Excellent: from { $excellent } points and within the quota.
readers-tie-break = Equal totals are told apart by the points of contents { $contents }, in that order; units that are equal in these too share a rank.
readers-files = Download
readers-file-document = The whole published version (JSON, to be checked again)
readers-hash = SHA-256 of the published version: { $sha256 }

readers-why = Why this result
readers-contents = Points by content
readers-content = Content
readers-points = Points
readers-max-short = Maximum
readers-median = Median
readers-chart-contents = Points reached of the maximum of each content; the upright mark is the median of the units of the same type.
readers-chart-contents-plain = Points reached of the maximum of each content.
readers-losses = Where points were lost
readers-lost = Points lost
readers-full = Sum of the maxima
readers-scaled = Scaling
readers-chart-losses = From the sum of the maxima, what each content lost is taken off until the total is left.
readers-criteria = Points by criterion
readers-criterion = Criterion
readers-code = Code

readers-rule = How it is scored
readers-evidence = Evidence
readers-appraiser = Appraising agency
readers-sources = Sources of the points
readers-source = Source
readers-working = Basis
readers-revision = Revision
readers-seq = Number
readers-at = Recorded at
readers-no-penalties = No penalty was proposed for this criterion.
readers-no-sources = No source gave points for this criterion.
readers-sources-note = The points of the criterion are the sum of its sources. The number is that of the record in the source's own book, without gaps from 1.
readers-marks-closed = Nobody is shown what a single leader gave; the journal keeps only a commitment to each slip.
readers-source-survey = Survey
readers-source-recheck = Recheck
readers-source-leaders = Leaders' slips
readers-source-ledger = Self-scoring and appraisal
readers-not-computable = Cannot be computed: { $why }
readers-not-applicable = Does not apply: { $why }

readers-rule-bool = { $max } points if achieved, else 0.
readers-rule-tier = { $points } points: { $label }
readers-rule-ratio = { $max } points × achieved of planned (at most 100%); 0 points below { $floor }%.
readers-rule-deduct = { $max } points, less { $each } for each { $what }, not below 0.
readers-rule-add = { $each } points for each { $what }, at most { $cap } points.
readers-rule-external = { $max } points × the result of another index on a scale of { $scale }.
readers-rule-survey = Mean of question { $question }, respondent group { $group }, brought to { $max } points.
readers-rule-leaders = Mean of the leaders' slips, brought to { $max } points.
readers-rule-penalty = { $each } points off: { $what }

readers-basis-survey = { $rated ->
    [one] { $rated } rated answer
   *[other] { $rated } rated answers
}, sum of values { $sum }: { $max } × { $sum } / { $rated }.
readers-basis-survey-joined = The mean over all groups is { $sum } / { $rated }: { $max } × { $sum } / { $rated }.
readers-basis-survey-none = No answer is rated.
readers-basis-recheck-none = The recheck made no slip void.
readers-basis-recheck = The recheck made { $void ->
    [one] { $void } answer
   *[other] { $void } answers
} void (sum of values { $voidsum }) of { $rated } (sum of values { $sum }); the points are the difference.
readers-basis-leaders = { $counted ->
    [one] { $counted } mark
   *[other] { $counted } marks
} counted, sum { $sum }; the mean is brought to { $max } points.
readers-basis-scale = Points given on the scale by who decides.
readers-basis-stage = { $stage ->
    [self] Scored by the unit
    [first] After the first appraisal
    [second] After the second appraisal
   *[decided] Decided outside the appraisal
}, record { $version }.
readers-input-achieved = Achieved.
readers-input-not-achieved = Not achieved.
readers-input-ratio = Planned { $planned }, achieved { $achieved }.
readers-input-tier = Step chosen: { $label } ({ $points } points).
readers-input-count = Count: { $n }.
readers-input-penalty = { $what }: { $n }.
readers-input-external = Result of the other index: { $score }.

readers-records = Original records
readers-records-note = Only who is responsible sees this part.
readers-entry = See this criterion on the score sheet
readers-to-slips = Slips received about this unit
readers-to-lots = Lots of the recheck
readers-imported-at = Imported at
readers-imported-by = Imported by
readers-records-away = The original records could not be loaded. Try again in a few minutes.
readers-answers = Answers in { $valid ->
    [one] { $valid } valid slip
   *[other] { $valid } valid slips
}
readers-answers-few = There are too few valid slips to show numbers of answers.
readers-answer = Answer
readers-count = How often
readers-step = Step
readers-step-self = Self-scoring
readers-step-first = First appraisal
readers-step-explanation = Explanation
readers-step-second = Second appraisal
readers-decision = Decision
readers-text = Explanation, reason
