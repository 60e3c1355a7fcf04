# Thư về phiếu cho điểm của lãnh đạo. Không thư nào ghi điểm.
slip-sent-subject = Biên nhận phiếu cho điểm, đợt { $cycle }
slip-sent-text =
    Phiếu cho điểm của Ông/Bà trong đợt đánh giá { $cycle } đã được gửi lúc { $at }; đây là lần gửi thứ { $number }.

    Số biên nhận: { $receipt }

    Đến hết { $until }, Ông/Bà còn sửa và gửi lại được; lần gửi sau cùng được tính.
slip-sent-for-subject = Phiếu cho điểm đã được gửi, đợt { $cycle }
slip-sent-for-text = Phiếu cho điểm mà Ông/Bà giúp chuẩn bị trong đợt đánh giá { $cycle } đã được lãnh đạo gửi lúc { $at }.
slip-late-subject = Nhắc: chưa gửi phiếu cho điểm, đợt { $cycle }
slip-late-text = Phiếu cho điểm của Ông/Bà trong đợt đánh giá { $cycle } chưa được gửi. Thời gian cho điểm đến hết { $until }.
