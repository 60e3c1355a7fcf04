# The interviewer's pages: who is to be asked, the slip, what came back, what was sent.

survey-title = Interviews, cycle { $cycle }
survey-views = My slips
survey-to-do = To do
survey-sent = Sent
survey-to-list = My slips
survey-to-sent = Slips sent
survey-to-slip = Back to the slip
survey-slip = Slip { $slip }
survey-code = Slip
survey-unit = Unit that is rated
survey-every-unit = Every unit
survey-form = Questionnaire
survey-state = State
survey-received = Received
survey-respondent = Respondent
survey-began = Begun
survey-somebody = Somebody who is not in your list
survey-visit-given-on = This respondent is not in your list.
survey-about = About: { $unit }

survey-count-visits = Asked
survey-count-drafts = Slips begun
survey-count-returned = Slips returned
survey-returned = Returned
survey-begun = Begun
survey-waiting = To be asked
survey-refused = Did not agree to take part
survey-saved-at = Saved at { $at }
survey-answers-given = { $n } { $n ->
    [one] question
   *[other] questions
} answered
survey-nobody = Nobody was given to you yet. When the supervisor does so, the list is shown here. For somebody who is not in the list, choose “Enter somebody new”.
survey-all-asked = Nobody in this list is left to be asked.
survey-sent-none = You have not sent a slip yet. Slips are shown here once they are sent.
survey-state-open = To be asked
survey-state-draft = Begun
survey-state-redoing = Being done again
survey-state-returned = Returned
survey-state-refused = Did not agree
survey-state-valid = Valid
survey-state-invalid = Not valid
survey-done-refused = Noted: this person does not take part. If they change their mind, open them under “Did not agree to take part”.
survey-done-not-entered = This person does not take part. Nothing about them was kept.
survey-done-dropped = The draft was dropped.

survey-no-form = This cycle has no questionnaire yet. Interviews can begin once Home Affairs has imported it.
survey-no-window = This cycle has no time for the survey yet. Interviews can begin once Home Affairs has set it.
survey-ahead = The survey has not begun. Slips are taken from { $from }.
survey-over-who = The time of the survey is over. Slips that were not sent can no longer be sent; only Home Affairs can extend it.
survey-closed-who = The survey was ended and takes no more slips. Ask Home Affairs if some are left unsent.

survey-begin = Begin the interview
survey-go-on = Continue
survey-notice = To be read to the respondent
survey-notice-purpose = The province asks for your opinion to rate how well its bodies work.
survey-notice-use = Your name and phone number are encrypted and used for this survey only. Answers are added up; nobody's own are published.
survey-notice-recheck = Home Affairs may call or visit you to check that the interview took place.
survey-notice-right = You may refuse, or stop at any time.
survey-agree = Does the respondent agree to take part?
survey-agrees = Agrees
survey-agrees-not = Does not agree
survey-agree-needed = Choose whether the respondent agrees.
survey-refused-before = This person did not agree to take part at { $at }. Ask again only if they change their mind.
survey-note = Interviewer's note
survey-note-hint = Only you can see it; it is not sent with the slip.

survey-new = Enter somebody new
survey-new-meaning = For a respondent who is not in your list. Read the notice first; if they do not agree, enter nothing else.
survey-name = Full name
survey-phone = Phone
survey-phone-hint = 10 digits, beginning with 0.
survey-group = By which questionnaire are they asked?
survey-group-needed = Choose the respondent's questionnaire.
survey-unit-choose = Choose a unit
survey-unit-needed = Choose the unit that this person rates.

survey-part = Part { $n }
survey-answered = { $done } of { $all } questions answered
survey-look-over = Check and finish
survey-save = Save
survey-without-scripts = Some questions are asked only after certain answers. Press “Save” to show them.
survey-too-long = Longer than { $most } characters. Shorten it and save again.
survey-not-whole = A whole number is needed, such as 12.
survey-constraint = The answer does not fit the form's condition. Ask again and correct it.
survey-blank = Not answered
survey-stored = As saved: { $value }
survey-open-stored = Drop what was just typed and open what is saved
survey-in-the-way = To be known before asking on
survey-drop = Drop this draft
survey-drop-meaning = All answers in the draft are lost and cannot be had back. The respondent stays in the list “To be asked”.
survey-drop-now = Drop the draft

survey-check = Check slip { $slip }
survey-counts = Answered { $answered } · Not answered { $blank } · To be looked at { $again }
survey-nothing-wrong = The slip is complete and in order.
survey-mend = Correct
survey-mend-named = Correct the question: { $question }
survey-not-yet = It cannot be finished yet. Correct the above in the slip, then check it again.
survey-in-person = Did the respondent answer in person?
survey-in-person-needed = Choose whether the respondent answered in person.
survey-yes = Yes
survey-no = No
survey-took = Begun { $began } · { $minutes } min
survey-send-meaning = A slip that was sent can no longer be changed. The supervisor may return it to be done again.
survey-send = Finish the slip
survey-invalid-meaning = If it cannot be corrected, it can be sent to be recorded as invalid: it is kept but not counted.
survey-send-invalid = Send, record as invalid

survey-receipt = Sent at { $at } – code { $slip }
survey-sent-before = This slip was sent and can no longer be changed. Reload the page to see it as it was sent.
survey-not-counted = The slip is not counted because:
survey-returned-at = The supervisor returned it at { $at }, with the reason:
survey-replaced = Done again by slip
survey-redo = Do this slip again
survey-redo-go-on = Go on with the slip that is being done again
survey-redo-other = Wrong person or wrong phone number: enter somebody else in place of this slip
survey-answers = Answers as sent
survey-question = Question
survey-answer = Answer
survey-next = Next slip
