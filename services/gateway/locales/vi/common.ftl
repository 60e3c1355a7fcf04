# What stands around every page, and the words that all pages share.

common-site = Đánh giá, xếp loại cơ quan, đơn vị
common-skip = Đến nội dung chính
common-back = Quay lại
common-menu = Trang chính
common-ranking = Kết quả xếp hạng
common-tasks = Việc của tôi
common-organise = Quản trị
common-try-again = Mở lại trang này
common-to-ranking = Về kết quả xếp hạng đã công bố
common-to-tasks = Về trang “Việc của tôi”
common-languages = Ngôn ngữ
common-vietnamese = Tiếng Việt
common-english = English
common-footer = Giờ hiển thị là giờ máy chủ, múi giờ Việt Nam.
common-server-time = Giờ máy chủ: { $now }.
common-request = Mã yêu cầu: { $id }. Báo mã này khi cần hỗ trợ.

error-title = Có { $count } chỗ cần sửa
error-clash = Chưa lưu: nội dung đã thay đổi trong lúc bạn làm
error-late = Đã hết thời gian: không nhận thêm được
error-locked = Chưa thực hiện được
error-unsaved = Nội dung bạn vừa nhập chưa được lưu. Nội dung ấy còn ở đây để sao chép.
error-before-title = Lỗi:
error-mark = Lỗi:

field-stored = Đang lưu: { $value }.
field-stored-empty = Đang lưu: để trống.
field-optional = (không bắt buộc)
field-longest = Không quá { $most } ký tự.
field-over = Đang dài hơn { $n } ký tự; rút ngắn trước khi gửi.
field-reveal = Hiện

form-needed = Chưa điền. Điền rồi gửi lại.
form-decimal = “{ $typed }” không phải số đọc được. Viết như 12,5 hoặc 12.5; không dùng dấu phân cách hàng nghìn, nhiều nhất 4 chữ số thập phân.
form-either = “{ $typed }” có thể hiểu nhiều cách. Nếu là hàng nghìn, viết liền các chữ số, không dùng dấu; nếu là số lẻ, viết thêm một chữ số 0 ở cuối.
form-day = “{ $typed }” không phải ngày đọc được. Viết ngày/tháng/năm, như 05/12/2026.
form-choose = Giá trị này không có trong danh sách. Chọn lại một mức.
file-needed = Chưa chọn tệp. Chọn tệp .xlsx rồi gửi lại.
file-faulty = Tệp có ô sai, chưa có gì được ghi. Sửa các ô trong bảng dưới đây, chọn lại tệp rồi gửi lại.

save-dirty = Chưa lưu…
save-saving = Đang lưu…
save-saved = ✓ Đã lưu lúc { $at }
save-failed = ✗ Chưa lưu được. Nội dung vẫn ở trên máy này; hệ thống đang thử lại.
save-signed-out = ✗ Chưa lưu được: phiên làm việc đã hết. Bấm “Lưu” để đăng nhập lại; nội dung vẫn giữ nguyên.
save-clash = ✗ Chưa lưu được: mục này vừa được sửa ở nơi khác. Bấm “Lưu” để xem cả hai bản rồi chọn.
save-newer = Mục này vừa được sửa ở nơi khác. Nội dung bạn nhập vẫn còn ở đây: xem nội dung mới, rồi lưu lại nếu vẫn giữ.
save-sent-before = Trang này đã được gửi một lần với nội dung khác. Nội dung vừa nhập vẫn còn ở đây: xem lại rồi gửi lần nữa.

lock-closed = Đã khóa lúc { $since }. Bạn chỉ xem được.

table-sort = Sắp xếp theo cột này

steps-label = Các bước của đợt đánh giá
steps-past = Đã xong
steps-now = Đang diễn ra
steps-ahead = Chưa đến

pager-label = Chuyển trang
pager-first = Trang đầu
pager-next = Trang sau

filter-apply = Lọc
filter-all = Xem tất cả

faults-caption = Các ô cần sửa trong tệp
faults-sheet = Trang tính
faults-row = Dòng
faults-column = Cột
faults-what = Lỗi và cách sửa

remind-act = Nhắc qua thư
remind-act-about = Nhắc qua thư: { $what }
remind-letters = Đã gửi thư nhắc đến { $n } người.
remind-already = { $n } người đã được nhắc trong hôm nay nên không gửi thêm.
remind-without-address = { $n } người chưa có địa chỉ thư trong tài khoản nên chưa nhắc được.
remind-who-without = Xem tài khoản chưa có địa chỉ thư
remind-nobody = { $n } nơi chưa có ai để nhắc: chưa cấp tài khoản, hoặc tài khoản đã khóa.
remind-nobody-late = Không còn ai phải nhắc. Không gửi thư nào.
