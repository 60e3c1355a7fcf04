# Why a request is answered with an error: as a page, and for programs.

problem-no-page = Không có trang này, hoặc bạn không được xem. Kiểm tra lại địa chỉ; trang của nội bộ chỉ mở được sau khi đăng nhập.
problem-wrong-way = Trang này không mở được theo cách đó. Mở trang từ đường dẫn của nó rồi thử lại.
problem-unreadable = Nội dung gửi lên không đọc được. Mở lại trang rồi nhập lại.
problem-other-site = Nội dung này không được gửi từ trang của hệ thống. Mở trang của hệ thống rồi gửi lại từ đó.
problem-body = Nội dung lớn quá { $most } byte. Rút gọn rồi gửi lại.
problem-internal = Hệ thống gặp sự cố. Hãy thử lại sau ít phút; nếu vẫn lỗi, báo mã yêu cầu cho quản trị.
problem-late = Quá thời gian chờ mà chưa có trả lời. Hãy thử lại.
problem-away = Dịch vụ tạm thời không trả lời. Hãy thử lại sau ít phút.
problem-address = Địa chỉ dài quá { $most } byte. Rút ngắn rồi gửi lại.
problem-headers = Phần đầu yêu cầu lớn quá { $most } byte. Bỏ bớt rồi gửi lại.
problem-busy = Có quá nhiều yêu cầu cùng lúc. Hãy thử lại sau vài giây.

problem-title-bad = Yêu cầu không hợp lệ
problem-title-unsigned = Chưa đăng nhập
problem-title-forbidden = Không có quyền
problem-title-missing = Không tìm thấy
problem-title-method = Phương thức không được hỗ trợ
problem-title-conflict = Xung đột với dữ liệu hiện có
problem-title-large = Nội dung quá lớn
problem-title-long = Địa chỉ quá dài
problem-title-not-now = Chưa thực hiện được lúc này
problem-title-many = Quá nhiều yêu cầu
problem-title-head = Phần đầu yêu cầu quá lớn
problem-title-unsupported = Chưa hỗ trợ
problem-title-unavailable = Tạm thời không phục vụ được
problem-title-timeout = Hết thời gian chờ
problem-title-broken = Hệ thống gặp sự cố
