# Thư về phúc tra. Không thư nào ghi tên hay số điện thoại của người trả lời.
cases-late-subject = Nhắc: còn { $count } phiếu chưa phúc tra xong, đợt { $cycle }
cases-late-text = Ông/Bà còn { $count } phiếu chưa có kết quả phúc tra trong đợt đánh giá { $cycle }. Thời gian phúc tra đến hết { $until }.
pool-late-subject = Nhắc: còn { $count } phiếu phúc tra chưa có người nhận, đợt { $cycle }
pool-late-text =
    Trong đợt đánh giá { $cycle } còn { $count } phiếu phúc tra chưa có người nhận. Thời gian phúc tra đến hết { $until }.

    Bấm “Cuộc tiếp theo” ở trang phúc tra để nhận phiếu.
