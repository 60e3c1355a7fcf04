# The council: two appraisals, penalties, closing the rounds, ties.

appraisal-round = Appraisal, round { $round }
appraisal-rounds = Rounds
appraisal-ways = Ways to go through it
appraisal-by-criterion = By criterion
appraisal-by-unit = By unit
appraisal-whole = What is to be appraised
appraisal-nothing = No criterion is yours to appraise yet. If that is wrong, ask the Department of Home Affairs.
appraisal-for = You appraise for: { $agency }. Your own body's criteria are appraised by another agency and are not listed.
appraisal-left = { $open } of { $all } self-scores are yet to be appraised.
appraisal-all-done = Everything is appraised
appraisal-stale-some = { $n ->
        [one] One result was
       *[other] { $n } results were
    } changed by the unit after the appraisal and must be appraised again.
appraisal-criteria = { $n ->
        [one] { $n } criterion
       *[other] { $n } criteria
    }
appraisal-units = { $n ->
        [one] { $n } unit
       *[other] { $n } units
    }
appraisal-left-here = { $n } to appraise
appraisal-max-is = at most { $max }
appraisal-own = self-score { $own } / { $max }
appraisal-given = appraised { $points } · { $decision }
appraisal-open = Not appraised
appraisal-stale = Changed after the appraisal
appraisal-done = Appraised
appraisal-unfilled = Left empty by the unit
appraisal-hidden = With its agency
appraisal-ahead = Round { $round } has not begun: it opens at { $from }. You can read only.
appraisal-first-open = Round 1 is not closed. Round { $round } begins when the Department of Home Affairs has closed it.
appraisal-waits = The unit has time to change or explain until { $until }. Round { $round } is appraised after that.
appraisal-over-who = Not closed. To go on appraising, ask the Department of Home Affairs for more time.
appraisal-closed = Round { $round } was closed at { $at } by { $who }. You can read only; what is closed is not opened again.
appraisal-only-reads = You can read this criterion, but it is not yours to appraise.
appraisal-chair-corrects = The agency responsible appraises this criterion. The chair decides only to correct an obvious slip; that decision stands in place of the agency's.
appraisal-chair-decided = The chair of the council has decided this one, in place of the agency. The agency appraises it again only where the unit changes it.
appraisal-by-chair = Chair of the council

appraisal-beside = Results beside it
appraisal-max = Maximum
appraisal-nobody = Nobody
appraisal-unit-says = The unit's own score
appraisal-version = Version
appraisal-version-of = version { $n }, saved by { $who } at { $at }
appraisal-on-version = on version { $n }
appraisal-lacks = Missing: { $what }. Only 0 points can be confirmed, or more evidence requested in round 1.
appraisal-proposal = Proposed for round 2: { $points } points. It still has to be appraised and saved.
appraisal-unit = Unit
appraisal-others-criterion = Other units on this criterion
appraisal-others-unit = Other criteria of this unit
appraisal-look = Look at it beside
appraisal-look-at = Look at it beside: { $what }
appraisal-viewer = Document shown
appraisal-viewer-hint = “Look at it beside” opens a file here; what you are typing stays.

appraisal-none-shown = No decision is shown yet.
appraisal-saved = Saved at { $at }: { $decision }, { $points } points. It can be changed until the round is closed.
appraisal-saved-by = { $who } saved a decision at { $at }: { $decision }, { $points } points. Saving here replaces it.
appraisal-stale-both = The unit changed it after the appraisal: the saved decision is on version { $judged }, now it is version { $now }. Look at it again and save a new decision.
appraisal-clash = It was changed while you appraised. Your decision is not saved.
appraisal-clash-then = When you opened it (version { $n })
appraisal-clash-now = Now (version { $n })
appraisal-clash-how = What you typed stands below. Look at it again, change it if need be, and save it on the version of now.
appraisal-seen = { $input } – { $points }
appraisal-agreed = Appraised points: { $points }, as the unit scored.
appraisal-values-when = If you disagree or request evidence, change the result or give points below. If you agree, the unit's own result is taken.
appraisal-values-when-second = If you disagree, change the result or give points below. If you agree, the unit's own result is taken.
appraisal-points-hint = From 0 to { $max }. Left empty, they are computed from the result above.
appraisal-points-hint-first = From 0 to { $max }. Left empty, they are computed from the result above. With a request, give what counts without the document, usually 0.
appraisal-points-missing = Give the points, or the result above from which they are computed.
appraisal-decision-missing = Nothing is chosen. Choose a decision.
appraisal-reason = Reason, evidence wanted
appraisal-reason-hint = Required unless you agree; the unit reads it once the round is closed.
appraisal-reason-hint-second = Required if you disagree; the unit reads it once the round is closed.
appraisal-reason-missing = To disagree or to request evidence needs a reason. Write it and save again.
appraisal-next-unit = Save, next unit
appraisal-next-criterion = Save, next criterion
appraisal-kept = What you typed, not saved

appraisal-not-begun = Not yet begun
appraisal-just-saved = Saved at { $at }: { $what } – { $decision }, { $points } points.
appraisal-taken = This criterion is no longer yours to appraise: it was given to another agency. Your decision is not saved; copy what stands below if that agency needs it.
appraisal-agree-some = Agree with several results at once
appraisal-agree-how = Listed are results that are not appraised yet and have the explanation and evidence required. The next step shows each of them in full before anything is saved.
appraisal-agree-which = Results to agree with
appraisal-agree-look = Look over what is chosen
appraisal-agree-title = Agree with the chosen results, round { $round }
appraisal-agree-left-out = No longer to be agreed with in this way: { $which }. Open each of them.
appraisal-agree-gone = { $n } results are no longer yours to appraise (given to another agency); nothing was recorded for them.
appraisal-agree-none = No result is chosen. Go back to the list, choose results, and look them over.
appraisal-agree-meaning = Each result is saved by itself, with the decision of agreement, on exactly the version you see. Each can be changed until the round is closed.
appraisal-agree-act = { $n ->
        [one] Agree with one result
       *[other] Agree with { $n } results
    }
appraisal-agree-back = List of results
appraisal-agree-saved = { $n ->
        [one] Agreed with one result:
       *[other] Agreed with { $n } results:
    }
appraisal-agree-refused = Not saved, open each of them
appraisal-agree-not-all = Some results are not saved

appraisal-penalties = Penalties
appraisal-penalties-title = Penalties, cycle { $cycle }
appraisal-penalties-about = The appraising agency or the Department of Home Affairs proposes, the unit explains, the council's chair decides in round 2.
appraisal-penalties-none = No penalty is proposed yet.
appraisal-penalties-when = The chair decides proposals while round 2 runs.
appraisal-counted = { $n } { $what }
appraisal-kind = Offence
appraisal-kind-option = { $name }: { $each } points off for each { $what }
appraisal-kind-missing = Nothing is chosen. Choose an offence.
appraisal-count = How many
appraisal-count-hint = A whole number from 1.
appraisal-count-bad = This must be a whole number from 1. Write it again.
appraisal-document-hint = The document that establishes it: number, symbol, date.
appraisal-penalty-saved = Saved.
appraisal-penalty-points = Penalty
appraisal-unit-answer = The unit's explanation
appraisal-no-answer = None yet
appraisal-own-unit = This is your own unit, so you do not decide. Ask the Department of Home Affairs for somebody else.
appraisal-judgement = Decision
appraisal-accept = Take the points off
appraisal-reject = Take nothing off
appraisal-judgement-hint = Required if nothing is taken off.
appraisal-accept-missing = Nothing is chosen. Choose whether points are taken off.
appraisal-reject-reason = To take nothing off needs a reason. Write it and save again.
appraisal-judge = Save the decision
appraisal-propose = Propose a penalty
appraisal-propose-none = There is no penalty row on which you propose.
appraisal-propose-who = The unit has no time left to answer, so that no further penalty can be proposed. If one has to be, ask Home Affairs to extend the explanation of the unit.
appraisal-propose-when = Penalties are proposed during round 1 or the time for explanations only, so that the unit can still answer.
appraisal-propose-meaning = The unit sees the proposal once round 1 is closed, and can answer. Points are taken off only if the chair decides so.
appraisal-propose-act = Propose
appraisal-choose = Choose
appraisal-choose-unit = Choose a unit

appraisal-rounds-page = Close the rounds
appraisal-rounds-title = Rounds of appraisal, cycle { $cycle }
appraisal-nothing-in-the-way = Nothing stands in the way.
appraisal-gaps = { $n ->
        [one] One result is
       *[other] { $n } results are
    } not appraised, so the round cannot be closed.
appraisal-gaps-by-agency = By appraising agency
appraisal-gaps-by-unit = By unit
appraisal-undecided = Not appraised
appraisal-again = Of these, to appraise again
appraisal-proposed = { $n ->
        [one] One proposed penalty is
       *[other] { $n } proposed penalties are
    } not decided by the council's chair.
appraisal-close = Close round { $round }
appraisal-close-first-meaning = Once closed, decisions of round 1 cannot be changed; units see them and can explain, and those asked for evidence get a letter.
appraisal-close-second-meaning = Once closed, appraised points and penalties are final.
appraisal-reassign = Give it to another agency
appraisal-reassign-about = Where an agency cannot appraise, another one of the council stands in. Decisions that are saved stay.
appraisal-reassignments = Reassignments
appraisal-agency = Agency responsible
appraisal-substitute = Agency that stands in
appraisal-all = All
appraisal-criterion-hint = Its code, such as II.3.2. Empty: all criteria of the agency.
appraisal-reassign-reason = Say why; it is written into the journal.
appraisal-reassign-act = Reassign
appraisal-choose-agency = Choose an agency

appraisal-ties = Ties at the edge of excellent
appraisal-ties-title = Ties at the edge of excellent, cycle { $cycle }
appraisal-ties-about = Where more units are equal than there are places left, nothing is chosen by itself: the council decides and minutes it.
appraisal-ties-early = { $n ->
        [one] One point is
       *[other] { $n } points are
    } still missing, so ranks may change. A type whose points are all there can be decided.
appraisal-ties-none = No tie waits for a decision.
appraisal-tie = { $units } units are equal for { $places ->
        [one] one place
       *[other] { $places } places
    } as excellent.
appraisal-tie-waits = Points of this type are still missing: the council decides once all are there.
appraisal-tie-outdated = Points have changed since this decision, so that it no longer applies: the tie of now needs a new decision.
appraisal-tie-correct = Correct this decision
appraisal-tie-table = Units that are equal
appraisal-rank = Rank
appraisal-total = Total
appraisal-tie-chosen = Units chosen as excellent
appraisal-tie-hint = At most { $places }.
appraisal-tie-or = Or
appraisal-tie-none = Choose no unit of this tie
appraisal-tie-nobody = No unit is chosen
appraisal-tie-missing = Nothing is chosen. Choose units, or “Choose no unit of this tie”.
appraisal-tie-both = Where units are chosen, clear “Choose no unit of this tie”.
appraisal-tie-document = Minutes of the council
appraisal-tie-document-hint = Number, symbol and date.
appraisal-tie-meaning = Units that are not chosen are classed good. The decision is journalled and stands in what is published.
appraisal-tie-act = Save the decision
appraisal-ties-decided = Decided
appraisal-places = Places
appraisal-decided-at = Recorded at
appraisal-draft = See the draft of the ranking
