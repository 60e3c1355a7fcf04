# Bảng xếp hạng, hồ sơ đơn vị, tiêu chí.
readers-title = Kết quả xếp hạng, xếp loại đợt { $cycle }
readers-none-title = Kết quả xếp hạng, xếp loại
readers-none = Chưa công bố đợt nào.
readers-types = Loại hình
readers-type = Loại hình
readers-cycles = Đợt đánh giá

readers-published = Bản { $version }, công bố ngày { $day } theo { $document }.
readers-draft = Bản dự thảo.
readers-draft-note = Tính trên số liệu đến lúc này, chưa công bố; có thể thay đổi.
readers-replaced = Bản này đã được đính chính.
readers-newest = Xem bản mới nhất
readers-correction = Đính chính: { $reason }
readers-older = Xem bản trước
readers-versions = Các bản đã công bố
readers-open-tie = Đồng hạng ở ranh giới chỉ tiêu xuất sắc, chờ Hội đồng quyết định: { $units } cho { $places } chỗ.

readers-no-units = Đợt { $cycle } chưa có đơn vị loại này.
readers-caption = { $type }: { $n } đơn vị. Chọn tên cột để sắp xếp.
readers-rank = Hạng
readers-rank-small = hạng
readers-of-units = trong { $n } đơn vị được xếp hạng
readers-unit = Đơn vị
readers-unit-code = Mã
readers-total = Tổng điểm
readers-penalty = Điểm trừ
readers-class = Xếp loại
readers-since = So với đợt { $cycle }
readers-in-cycle = Đợt { $cycle }
readers-tied = Đồng hạng
readers-not-ranked = Không xếp hạng
readers-since-up = lên { $n } bậc
readers-since-down = xuống { $n } bậc
readers-since-same = giữ nguyên
readers-since-none = –
readers-class-excellent = Hoàn thành xuất sắc nhiệm vụ
readers-class-good = Hoàn thành tốt nhiệm vụ
readers-class-completed = Hoàn thành nhiệm vụ
readers-class-not-completed = Không hoàn thành nhiệm vụ
readers-class-none = Không xếp loại
readers-class-not-yet = Chưa xếp loại

readers-rest = Mở tên đơn vị để xem điểm từng nội dung.
readers-method = Cách tính
readers-max = tối đa { $points } điểm
readers-quota-plain = Chỉ tiêu xuất sắc: nhiều nhất { $quota } trong { $base } đơn vị; đã xếp { $excellent }.
readers-quota = Chỉ tiêu xuất sắc: { $percent }% của { $base } đơn vị { $rule ->
    [good_units] đạt mức tốt
   *[other] được xếp hạng
} là { $share }, { $rounding ->
    [half_up] làm tròn đến số gần nhất
    [ceil] làm tròn lên
   *[other] làm tròn xuống
}{ $least ->
    [one] , ít nhất 1
   *[other] {""}
}: nhiều nhất { $quota } đơn vị; đã xếp { $excellent }.
readers-limits = Mức tốt: từ { $good } điểm. Mức hoàn thành: từ { $completed } đến dưới { $good } điểm. Dưới { $completed } điểm là không hoàn thành. Mức xuất sắc: từ { $excellent } điểm và trong chỉ tiêu.
readers-tie-break = Bằng tổng điểm thì so điểm nội dung { $contents }, theo thứ tự đó; vẫn bằng nhau thì đồng hạng.
readers-files = Tải về
readers-file-document = Toàn bộ bản công bố (JSON, kiểm tra lại được)
readers-hash = Mã băm SHA-256 của bản công bố: { $sha256 }

readers-why = Vì sao có kết quả này
readers-contents = Điểm theo nội dung
readers-content = Nội dung
readers-points = Điểm
readers-max-short = Tối đa
readers-median = Trung vị
readers-chart-contents = Điểm đạt được so với điểm tối đa của từng nội dung; vạch đứng là trung vị của các đơn vị cùng loại hình.
readers-chart-contents-plain = Điểm đạt được so với điểm tối đa của từng nội dung.
readers-losses = Mất điểm ở đâu
readers-lost = Điểm mất
readers-full = Tổng điểm tối đa
readers-scaled = Quy đổi
readers-chart-losses = Từ tổng điểm tối đa trừ dần phần mất ở từng nội dung còn lại tổng điểm.
readers-criteria = Điểm theo tiêu chí
readers-criterion = Tiêu chí
readers-code = Mã

readers-rule = Cách chấm
readers-evidence = Tài liệu kiểm chứng
readers-appraiser = Cơ quan thẩm định
readers-sources = Nguồn điểm
readers-source = Nguồn
readers-working = Căn cứ
readers-revision = Lần ghi
readers-seq = Số thứ tự
readers-at = Lúc ghi
readers-no-penalties = Chưa có đề xuất điểm trừ nào cho tiêu chí này.
readers-no-sources = Tiêu chí này không có nguồn điểm nào.
readers-sources-note = Điểm của tiêu chí là tổng điểm các nguồn. Số thứ tự là số của bản ghi điểm trong sổ của nguồn đó, liên tục từ 1.
readers-marks-closed = Mức điểm của từng lãnh đạo không hiển thị cho ai; nhật ký chỉ giữ mã cam kết của mỗi phiếu.
readers-source-survey = Khảo sát
readers-source-recheck = Phúc tra
readers-source-leaders = Lãnh đạo cho điểm
readers-source-ledger = Chấm điểm, thẩm định
readers-not-computable = Không tính được: { $why }
readers-not-applicable = Không áp dụng: { $why }

readers-rule-bool = Đạt được { $max } điểm, không đạt được 0 điểm.
readers-rule-tier = { $points } điểm: { $label }
readers-rule-ratio = { $max } điểm × tỷ lệ thực hiện so với kế hoạch (không quá 100%); dưới { $floor }% được 0 điểm.
readers-rule-deduct = { $max } điểm, trừ { $each } điểm cho mỗi { $what }, không dưới 0.
readers-rule-add = { $each } điểm cho mỗi { $what }, không quá { $cap } điểm.
readers-rule-external = { $max } điểm × kết quả của chỉ số khác trên thang { $scale }.
readers-rule-survey = Điểm trung bình của câu { $question }, đối tượng khảo sát { $group }, quy về { $max } điểm.
readers-rule-leaders = Điểm trung bình các phiếu cho điểm của lãnh đạo, quy về { $max } điểm.
readers-rule-penalty = Trừ { $each } điểm: { $what }

readers-basis-survey = { $rated } câu trả lời được tính, tổng giá trị { $sum }: { $max } × { $sum } / { $rated }.
readers-basis-survey-joined = Trung bình gộp các nhóm là { $sum } / { $rated }: { $max } × { $sum } / { $rated }.
readers-basis-survey-none = Không có câu trả lời nào được tính.
readers-basis-recheck-none = Phúc tra không loại phiếu nào.
readers-basis-recheck = Phúc tra loại { $void } câu trả lời (tổng giá trị { $voidsum }) trong { $rated } câu (tổng giá trị { $sum }); điểm ở đây là phần chênh lệch.
readers-basis-leaders = { $counted } lượt cho điểm được tính, tổng { $sum }; trung bình quy về { $max } điểm.
readers-basis-scale = Điểm do cơ quan có thẩm quyền cho trên thang điểm.
readers-basis-stage = { $stage ->
    [self] Đơn vị tự chấm
    [first] Sau thẩm định lần 1
    [second] Sau thẩm định lần 2
   *[decided] Quyết định ngoài thẩm định
}, bản ghi thứ { $version }.
readers-input-achieved = Đạt.
readers-input-not-achieved = Không đạt.
readers-input-ratio = Kế hoạch { $planned }, thực hiện { $achieved }.
readers-input-tier = Mức được chọn: { $label } ({ $points } điểm).
readers-input-count = Số lượng: { $n }.
readers-input-penalty = { $what }: { $n }.
readers-input-external = Kết quả của chỉ số khác: { $score }.

readers-records = Hồ sơ gốc
readers-records-note = Chỉ người có trách nhiệm xem được phần này.
readers-entry = Xem tiêu chí này trong bảng tự chấm điểm
readers-to-slips = Phiếu khảo sát đã nhận về đơn vị này
readers-to-lots = Các lô phúc tra
readers-imported-at = Nhập lúc
readers-imported-by = Người nhập
readers-records-away = Chưa tải được hồ sơ gốc. Hãy thử lại sau ít phút.
readers-answers = Câu trả lời trong { $valid } phiếu hợp lệ
readers-answers-few = Chưa đủ phiếu hợp lệ để hiện số câu trả lời.
readers-answer = Phương án trả lời
readers-count = Số câu trả lời
readers-step = Bước
readers-step-self = Tự chấm điểm
readers-step-first = Thẩm định lần 1
readers-step-explanation = Giải trình
readers-step-second = Thẩm định lần 2
readers-decision = Quyết định
readers-text = Giải trình, lý do
