# What stands around every page, and the words that all pages share.

common-site = Rating of public bodies
common-skip = Skip to the main content
common-back = Back
common-menu = Main pages
common-ranking = Rankings
common-tasks = My tasks
common-organise = Organise
common-try-again = Open this page again
common-to-ranking = Go to the published ranking
common-to-tasks = Go to “My tasks”
common-languages = Language
common-vietnamese = Tiếng Việt
common-english = English
common-footer = Times are the server’s, in the time zone of Viet Nam.
common-server-time = Server time: { $now }.
common-request = Request { $id }. Name it when you ask for help.

error-title = { $count ->
    [one] There is 1 problem
   *[other] There are { $count } problems
}
error-clash = Not saved: it has changed while you worked
error-late = Time is over: nothing more is taken
error-locked = This was not done
error-unsaved = What you have just typed is not saved. It is kept here to be copied.
error-before-title = Error:
error-mark = Error:

field-stored = Stored now: { $value }.
field-stored-empty = Stored now: nothing.
field-optional = (optional)
field-longest = At most { $most } characters.
field-over = { $n } characters too many; shorten it before sending.
field-reveal = Show

form-needed = This is empty. Fill it in and send again.
form-decimal = “{ $typed }” cannot be read as a number. Write it like 12,5 or 12.5, without marks between thousands, with at most 4 decimals.
form-either = “{ $typed }” can be read in two ways. For thousands write the digits without a mark; for a fraction add a 0 at the end.
form-day = “{ $typed }” cannot be read as a date. Write day/month/year, such as 05/12/2026.
form-choose = This value is not on the list. Choose another.
file-needed = No file is chosen. Choose an .xlsx file and send it again.
file-faulty = Some cells are wrong, nothing was changed. Correct the cells of the table below, choose the file again and send it.

save-dirty = Not saved yet…
save-saving = Saving…
save-saved = ✓ Saved at { $at }
save-failed = ✗ Not saved. Your text is still on this device; the system keeps trying.
save-signed-out = ✗ Not saved: your session has ended. Press “Save” to sign in again; your text is kept.
save-clash = ✗ Not saved: this was just changed elsewhere. Press “Save” to see both versions and choose.
save-newer = This was just changed elsewhere. What you have typed is still here: look at what is new, and save again if you keep it.
save-sent-before = This page was sent before, with something else in it. What you have typed is still here: look it over and send it again.

lock-closed = Locked since { $since }. Read only.

table-sort = Sort by this column

steps-label = Steps of the cycle
steps-past = Done
steps-now = Under way
steps-ahead = Not yet

pager-label = Pages
pager-first = First page
pager-next = Next page

filter-apply = Filter
filter-all = Show all

faults-caption = Cells of the file that have to be corrected
faults-sheet = Sheet
faults-row = Row
faults-column = Column
faults-what = What is wrong, and what to do

remind-act = Remind by letter
remind-act-about = Remind by letter: { $what }
remind-letters = { $n ->
    [one] A reminder was sent to one person.
   *[other] Reminders were sent to { $n } people.
}
remind-already = { $n ->
    [one] One person was reminded today already and gets no second letter.
   *[other] { $n } people were reminded today already and get no second letter.
}
remind-without-address = { $n ->
    [one] One person has no address on their account and could not be reminded.
   *[other] { $n } people have no address on their accounts and could not be reminded.
}
remind-who-without = See the accounts without an address
remind-nobody = { $n ->
    [one] In one place there is nobody to remind: no account was made, or it is disabled.
   *[other] In { $n } places there is nobody to remind: no account was made, or it is disabled.
}
remind-nobody-late = There is nobody left to remind. No letter was sent.
