# Letters about results.
published-subject = The results of cycle { $cycle } are published
published-text =
    Ranks and classes of cycle { $cycle } were published at { $at } by { $document }.

    You can read them on the pages of the system.
corrected-subject = The results of cycle { $cycle } were corrected
corrected-text =
    Ranks and classes of cycle { $cycle } were corrected at { $at } by { $document }: version { $version } replaces the one before.

    You can read them, and why they were corrected, on the pages of the system.
