# Stretches of time.
format-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
format-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
format-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
format-left = { $first } { $second } left
format-left-one = { $only } left
format-left-none = less than 1 minute left
format-bytes = { $n } bytes
format-kilobytes = { $n } kB
format-megabytes = { $n } MB
