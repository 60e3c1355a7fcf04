# Why a request is answered with an error: as a page, and for programs.

problem-no-page = There is no such page, or it is not for you. Check the address, and whether you are signed in.
problem-wrong-way = This page is not opened in that way. Open it by its link and try again.
problem-unreadable = What was sent cannot be read as a form. Open the page again.
problem-other-site = This was not sent from a page of this system. Open its page and send it from there.
problem-body = The body is larger than { $most } bytes. Shorten it and send it again.
problem-internal = Something is broken on our side. Try again in a few minutes; if it stays so, tell the administrator the id of the request.
problem-late = No answer came in time. Try again.
problem-away = Not available now. Try again in a few minutes.
problem-address = The address is longer than { $most } bytes. Shorten it and send it again.
problem-headers = The headers are larger than { $most } bytes. Leave some out and send it again.
problem-busy = Too many requests at once. Try again in a few seconds.

problem-title-bad = Invalid request
problem-title-unsigned = Not signed in
problem-title-forbidden = Not allowed
problem-title-missing = Not found
problem-title-method = Method not allowed
problem-title-conflict = Conflict
problem-title-large = Content too large
problem-title-long = Address too long
problem-title-not-now = Not possible now
problem-title-many = Too many requests
problem-title-head = Request headers too large
problem-title-unsupported = Not supported
problem-title-unavailable = Not available now
problem-title-timeout = Timed out
problem-title-broken = Something is broken
