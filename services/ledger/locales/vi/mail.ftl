# Thư của bảng điểm.
sheet-sent-subject = Đã gửi bảng tự chấm điểm của { $unit }, đợt { $cycle }
sheet-sent-text =
    Bảng tự chấm điểm của { $unit } trong đợt đánh giá { $cycle } đã được gửi lúc { $at }.

    Số biên nhận: { $receipt }

    Gửi đi chưa khóa: đến hết { $until }, đơn vị còn thu hồi để sửa và gửi lại được.
evidence-wanted-subject = Đề nghị bổ sung tài liệu kiểm chứng: { $unit }, đợt { $cycle }
evidence-wanted-text =
    Thẩm định lần 1 của đợt đánh giá { $cycle } đã kết thúc. { $count } tiêu chí của { $unit } dưới đây được đề nghị bổ sung tài liệu kiểm chứng.

    Đơn vị bổ sung tài liệu và giải trình trong thời gian từ { $from } đến hết { $until }.
sheet-late-subject = Nhắc: { $unit } chưa gửi bảng tự chấm điểm, đợt { $cycle }
sheet-late-text =
    Bảng tự chấm điểm của { $unit } trong đợt đánh giá { $cycle } chưa được gửi. Thời gian tự chấm điểm đến hết { $until }.

    Hết thời gian đó, hệ thống tự chốt những gì đơn vị đã lưu.
appraisal-late-subject = Nhắc: còn { $count } tiêu chí chưa thẩm định lần { $round }, đợt { $cycle }
appraisal-late-text = Cơ quan của Ông/Bà còn { $count } tiêu chí chưa thẩm định lần { $round } trong đợt đánh giá { $cycle }. Thời gian thẩm định đến hết { $until }.
explanation-late-subject = Nhắc: { $unit } còn { $count } nội dung chưa giải trình, đợt { $cycle }
explanation-late-text = { $unit } còn { $count } nội dung dưới đây (tiêu chí không được đồng ý, điểm trừ được đề xuất) chưa giải trình hoặc bổ sung tài liệu kiểm chứng sau thẩm định lần 1 của đợt đánh giá { $cycle }. Thời gian giải trình đến hết { $until }; sau đó thẩm định lần 2 xét trên những gì đơn vị đã gửi.
reopening-asked-subject = Đề nghị mở lại: { $unit }, đợt { $cycle }
reopening-asked-text =
    Lúc { $at }, { $unit } đề nghị mở lại thời gian { $window ->
        [explanation] giải trình
       *[other] tự chấm điểm
    } của đợt đánh giá { $cycle }.

    Lý do của đơn vị và chỗ trả lời ở trang “Đề nghị mở lại” của đợt đánh giá.
reopening-answered-subject = Trả lời đề nghị mở lại: { $unit }, đợt { $cycle }
reopening-answered-text =
    Đề nghị mở lại thời gian { $window ->
        [explanation] giải trình
       *[other] tự chấm điểm
    } của { $unit } trong đợt đánh giá { $cycle } { $granted ->
        [yes] được đồng ý: đơn vị nhập được đến { $until }.
       *[other] không được đồng ý. Lý do ở trang “Đề nghị mở lại” của đơn vị.
    }
