# The invitation. No letter has a password, or a link that signs in by itself.
invited-subject = Your account for the rating of public bodies
invited-text =
    Home Affairs has made an account for you in the system that rates public bodies.

    Login: { $login }

    This letter has no password: whoever made the account tells it to you apart. Type the address below yourself or open it from a page of your office, sign in, and change the password.
