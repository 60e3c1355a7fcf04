# Thư về khảo sát. Không thư nào ghi tên hay số điện thoại của người trả lời.
visits-late-subject = Nhắc: còn { $count } lượt hỏi chưa có phiếu hợp lệ, đợt { $cycle }
visits-late-text = Ông/Bà còn { $count } lượt hỏi chưa có phiếu hợp lệ trong đợt đánh giá { $cycle }. Thời gian khảo sát đến hết { $until }.
survey-late-subject = Nhắc: khảo sát chưa xong, đợt { $cycle }
survey-late-text =
    Khảo sát của đợt đánh giá { $cycle } kết thúc khi hết { $until }. Đến nay:

    - còn { $open } lượt hỏi đã giao mà chưa có phiếu hợp lệ;
    - còn { $short } nhóm của các đơn vị chưa đủ số phiếu hợp lệ tối thiểu.
slip-returned-subject = Phiếu { $slip } bị trả lại, đợt { $cycle }
slip-returned-text =
    Phiếu khảo sát { $slip } của Ông/Bà về { $unit }, đợt đánh giá { $cycle }, bị giám sát viên trả lại lúc { $at }.

    Lý do ghi ở trang “Phiếu của tôi”. Mở phiếu ở mục “Bị trả lại” để làm lại trước khi hết thời gian khảo sát.
