# Khoảng thời gian.
format-days = { $n } ngày
format-hours = { $n } giờ
format-minutes = { $n } phút
format-left = còn { $first } { $second }
format-left-one = còn { $only }
format-left-none = còn chưa đến 1 phút
format-bytes = { $n } byte
format-kilobytes = { $n } kB
format-megabytes = { $n } MB
