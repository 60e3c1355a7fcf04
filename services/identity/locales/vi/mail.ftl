# Thư mời. Không thư nào có mật khẩu hay đường dẫn tự đăng nhập.
invited-subject = Tài khoản của Ông/Bà trên hệ thống đánh giá, xếp loại
invited-text =
    Sở Nội vụ đã tạo tài khoản cho Ông/Bà trên hệ thống đánh giá, xếp loại các cơ quan, đơn vị.

    Tên đăng nhập: { $login }

    Thư này không có mật khẩu: người tạo tài khoản báo riêng cho Ông/Bà. Hãy tự gõ địa chỉ dưới đây hoặc mở từ trang của cơ quan, đăng nhập rồi đổi mật khẩu.
