# Thư về kết quả.
published-subject = Công bố kết quả xếp hạng, xếp loại đợt { $cycle }
published-text =
    Kết quả xếp hạng, xếp loại các cơ quan, đơn vị trong đợt đánh giá { $cycle } đã được công bố lúc { $at } theo { $document }.

    Xem kết quả trên trang của hệ thống.
corrected-subject = Đính chính kết quả xếp hạng, xếp loại đợt { $cycle }
corrected-text =
    Kết quả xếp hạng, xếp loại trong đợt đánh giá { $cycle } đã được đính chính lúc { $at } theo { $document }: bản số { $version } thay cho bản trước.

    Xem kết quả và lý do đính chính trên trang của hệ thống.
