# Mở đầu và kết thúc của mọi thư.
mail-greeting = Kính gửi { $name },
mail-site = Địa chỉ hệ thống: { $site }
mail-close = Thư này do hệ thống tự gửi; xin không trả lời vào địa chỉ này.
