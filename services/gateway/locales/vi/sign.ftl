# Signing in and out.

sign-title = Đăng nhập
sign-login = Tên đăng nhập
sign-password = Mật khẩu
sign-in = Đăng nhập
sign-out = Đăng xuất
sign-help = Không đăng nhập được? Gọi { $whom }
sign-waits = Nhập sai nhiều lần thì phải chờ 15 phút, để không ai đoán được mật khẩu. Quên mật khẩu thì đề nghị Sở Nội vụ đặt mật khẩu mới; có mật khẩu mới là đăng nhập được ngay.
sign-kept = Nội dung vừa nhập được giữ lại. Đăng nhập xong, bạn xem lại rồi lưu.
sign-ended = Phiên làm việc đã hết. Đăng nhập lại để tiếp tục.
sign-too-long = Phiên làm việc đã hết, và nội dung vừa gửi quá dài nên không giữ lại được. Bấm nút quay lại của trình duyệt, chép nội dung ra ngoài, rồi đăng nhập và dán lại.
sign-stale = Trang đăng nhập đã cũ, hoặc trình duyệt không nhận cookie. Cho phép cookie rồi đăng nhập lại.

again-title = Lưu nội dung vừa nhập?
again-meaning = Bạn đã đăng nhập lại. Nội dung dưới đây chưa được lưu. Nếu bạn bấm lưu, nội dung được ghi với tên { $name }.
again-typed = Nội dung vừa nhập
again-save = Lưu nội dung này
again-drop = Bỏ, về “Việc của tôi”

session-warning = Phiên làm việc sắp hết. Nội dung chưa lưu vẫn ở trên trang này.
session-ended = Phiên làm việc đã hết. Nội dung chưa lưu vẫn ở trên trang này: bấm “Lưu” để đăng nhập lại, hoặc đăng nhập ở thẻ khác.
session-go-on = Tiếp tục làm việc

retry-meaning = Chưa rõ nội dung dưới đây đã được lưu hay chưa. Bấm “Gửi lại”; gửi lại nhiều lần vẫn chỉ tính một lần.
retry-send = Gửi lại
