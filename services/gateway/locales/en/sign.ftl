# Signing in and out.

sign-title = Sign in
sign-login = Login name
sign-password = Password
sign-in = Sign in
sign-out = Sign out
sign-help = Cannot sign in? Call { $whom }
sign-waits = After many wrong attempts one waits for 15 minutes, so that nobody can guess a password. If you forgot yours, ask the Department of Home Affairs to set a new one; with it you can sign in at once.
sign-kept = What you typed is kept. After signing in, look at it again and save it.
sign-ended = Your session has ended. Sign in again to go on.
sign-too-long = Your session has ended, and what you sent is too long to be kept. Go back in the browser, copy your text, then sign in and paste it.
sign-stale = The sign-in page is too old, or your browser takes no cookies. Allow cookies and sign in again.

again-title = Save what you typed?
again-meaning = You have signed in again. What stands below is not saved yet. If you save it, it is recorded under the name of { $name }.
again-typed = What you typed
again-save = Save this
again-drop = Drop it and go to “My tasks”

session-warning = Your session is about to end. What is not saved stays on this page.
session-ended = Your session has ended. What is not saved stays on this page: press “Save” to sign in again, or sign in in another tab.
session-go-on = Go on working

retry-meaning = It is not known whether what stands below was saved. Press “Send again”; however often it is sent, it counts once.
retry-send = Send again
