# Beginning and end of every letter.
mail-greeting = Dear { $name },
mail-site = Address of the system: { $site }
mail-close = This letter was sent by the system; please do not reply to this address.
