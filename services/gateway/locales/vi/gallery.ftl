# The gallery of components.

gallery-title = Các thành phần của trang
gallery-form = Biểu mẫu tự lưu
gallery-fields = Ô nhập
gallery-choices = Lựa chọn
gallery-states = Trạng thái
gallery-lists = Bảng và danh sách
gallery-ways = Điều hướng
gallery-tabs = Các cách xem
gallery-table = Bảng điểm
gallery-text = Sở Nội vụ
gallery-long = Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh
gallery-points = Điểm tự chấm
gallery-unit = điểm
gallery-day = Ngày ban hành
gallery-hint = Ngày/tháng/năm, như 05/12/2026.
gallery-level = Mức
gallery-mood = Dịch vụ trả lời
gallery-save = Lưu
