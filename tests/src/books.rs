//! The spreadsheets of a small year, made as a spreadsheet program would make them.

use rust_xlsxwriter::Workbook;

/// A workbook from sheets of lines, cells separated by `|`. What reads as a number in a short cell is text
/// all the same: a cell becomes a number only where it begins with `=`.
#[must_use]
pub fn book(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, lines) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).unwrap();
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        for (row, line) in (0_u32..).zip(lines) {
            for (column, cell) in (0_u16..).zip(line.split('|').map(str::trim)) {
                match cell
                    .strip_prefix('=')
                    .and_then(|number| number.parse::<f64>().ok())
                {
                    Some(number) => sheet.write_number(row, column, number).unwrap(),
                    None if cell.is_empty() => continue,
                    None => sheet.write_string(row, column, cell).unwrap(),
                };
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// Two unit types.
#[must_use]
pub fn unit_types() -> (&'static str, &'static str) {
    (
        "Loại hình",
        "Mã | Tên | Tên tiếng Anh | Thứ tự
         department | Sở, ban, ngành | Departments | 1
         district | UBND huyện, thành, thị | Districts | 2",
    )
}

/// Two departments and two districts.
#[must_use]
pub fn units() -> (&'static str, &'static str) {
    (
        "Đơn vị",
        "Mã | Tên | Loại hình | Thứ tự | Từ ngày | Đến ngày | Tiền thân | Xếp hạng
         SNV | Sở Nội vụ | department | 1 | | | | có
         STC | Sở Tài chính | department | 2 | | | | có
         VT | UBND thành phố Việt Trì | district | 1 | | | | có
         DH | UBND huyện Đoan Hùng | district | 2 | | | | có",
    )
}

/// As many departments as a province had in 2022, by the length of their names as they are, and two districts.
#[must_use]
pub fn all_units() -> (&'static str, &'static str) {
    (
        "Đơn vị",
        "Mã | Tên | Loại hình | Thứ tự | Từ ngày | Đến ngày | Tiền thân | Xếp hạng
         SNV | Sở Nội vụ | department | 1 | | | | có
         STC | Sở Tài chính | department | 2 | | | | có
         VPUB | Văn phòng Ủy ban nhân dân tỉnh | department | 3 | | | | có
         VPDB | Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh | department | 4 | | | | có
         STP | Sở Tư pháp | department | 5 | | | | có
         SKHDT | Sở Kế hoạch và Đầu tư | department | 6 | | | | có
         SCT | Sở Công Thương | department | 7 | | | | có
         SNN | Sở Nông nghiệp và Phát triển nông thôn | department | 8 | | | | có
         SGTVT | Sở Giao thông vận tải | department | 9 | | | | có
         SXD | Sở Xây dựng | department | 10 | | | | có
         STNMT | Sở Tài nguyên và Môi trường | department | 11 | | | | có
         STTTT | Sở Thông tin và Truyền thông | department | 12 | | | | có
         SLDTBXH | Sở Lao động - Thương binh và Xã hội | department | 13 | | | | có
         SVHTTDL | Sở Văn hóa, Thể thao và Du lịch | department | 14 | | | | có
         SKHCN | Sở Khoa học và Công nghệ | department | 15 | | | | có
         SGDDT | Sở Giáo dục và Đào tạo | department | 16 | | | | có
         SYT | Sở Y tế | department | 17 | | | | có
         TTT | Thanh tra tỉnh | department | 18 | | | | có
         BDT | Ban Dân tộc | department | 19 | | | | có
         BQLKCN | Ban Quản lý các khu công nghiệp | department | 20 | | | | có
         BTGTN | Ban Tôn giáo | department | 21 | | | | có
         BTDKT | Ban Thi đua - Khen thưởng | department | 22 | | | | có
         VT | UBND thành phố Việt Trì | district | 1 | | | | có
         DH | UBND huyện Đoan Hùng | district | 2 | | | | có",
    )
}

/// Those four, and so many departments more: `BN1` and so on.
#[must_use]
pub fn many_units(more: usize) -> String {
    let mut lines = units().1.to_owned();
    for number in 1..=more {
        let (code, place) = (unit_code(number), number + 2);
        lines.push_str(&format!(
            "\n{code} | Ban Quản lý số {number} | department | {place} | | | | có"
        ));
    }
    lines
}

/// The code of one of those departments.
#[must_use]
pub fn unit_code(number: usize) -> String {
    format!("BN{number}")
}

/// A set with every kind of rule, worth 100.
#[must_use]
pub fn index_set() -> (&'static str, &'static str) {
    (
        "Chỉ số",
        "Mã | Tên tiêu chí | Tên tiếng Anh | Điểm tối đa | Cách chấm | Tài liệu kiểm chứng | Thẩm định | Nguồn
         I | KẾT QUẢ THỰC HIỆN NHIỆM VỤ | Results | 60 | sum | – | – | R
         I.1 | Kế hoạch được phê duyệt | Approved plan | 20 | bool | QĐ phê duyệt | STC | M
         I.2 | Mức độ hoàn thành | Done | 40 | ratio(b/a, sàn 80%) | Báo cáo | SNV | M
         II | CẢI CÁCH HÀNH CHÍNH | Reform | 20 | sum | – | – | R
         II.1 | Tuyên truyền | Communication | 10 | tier(2 hình thức:10; 1 hình thức:5; không:0) | Tin bài | SNV | M
         II.2 | Báo cáo định kỳ | Reports | 8 | deduct(0.25/báo cáo chậm) | Báo cáo | SNV | M
         II.3 | Chính quyền điện tử | e-Government | 2 | external(điểm/100 × tối đa) | QĐ công bố | STC | M
         IV | ĐIỂM CỘNG | Bonus | 8 | sum, trần 8 | – | – | R
         IV.1 | Sáng kiến | Initiatives | 8 | add(1/sáng kiến, trần 8) | QĐ công nhận | STC | M
         V | KHẢO SÁT | Survey | 8 | sum | – | – | R
         V.1 | Chất lượng tham mưu | Advice | 8 | survey(HDND,Q1) | Phiếu khảo sát | – | M
         VI | LÃNH ĐẠO | Leaders | 4 | sum | – | – | R
         VI.1 | Phiếu của lãnh đạo | Slips | 4 | leader(mean, thang 0–4) | Phiếu | Lãnh đạo UBND tỉnh | R
         VII | ĐIỂM TRỪ | Penalties | − | sum of penalties | – | – | R
         VII.1 | Tham nhũng | Corruption | − | penalty(3/vụ) | Bản án | STC | M",
    )
}

/// One rated question on five levels and "no opinion", and a free text.
#[must_use]
pub fn questionnaire(title: &str) -> Vec<u8> {
    let survey = "type | name | label::Tiếng Việt (vi) | required
         select_one muc | Q1 | Chất lượng tham mưu | yes
         text | gop_y | Góp ý |";
    let choices = "list_name | name | label::Tiếng Việt (vi)
         muc | 1 | Rất kém
         muc | 2 | Kém
         muc | 3 | Trung bình
         muc | 4 | Tốt
         muc | 5 | Rất tốt
         muc | khong_y_kien | Không có ý kiến";
    book(&[
        ("survey", survey),
        ("choices", choices),
        ("settings", &format!("form_title\n{title}")),
    ])
}

/// A form as interviewers know them: parts, every kind of question, conditions, what an answer has to satisfy.
#[must_use]
pub(crate) fn interview() -> Vec<u8> {
    let survey = "type | name | label::Tiếng Việt (vi) | label::English (en) | required | relevant | constraint | constraint_message
         begin_group | chung | Thông tin chung
         note | loi_chao | Cảm ơn Ông/Bà đã dành thời gian trả lời. | Thank you for your time.
         integer | so_lan | Trong năm, Ông/Bà làm việc với đơn vị mấy lần? | How often did you deal with the unit this year? | yes | | . >= 1 and . <= 365 | Số lần từ 1 đến 365.
         end_group
         begin_group | danh_gia | Đánh giá
         select_one muc | Q1 | Chất lượng tham mưu của đơn vị | Quality of the unit's advice | yes
         text | vi_sao | Vì sao Ông/Bà đánh giá thấp? | Why so low? | yes | ${Q1} = '1' or ${Q1} = '2' | string-length(.) >= 5 | Ghi rõ hơn, ít nhất 5 ký tự.
         select_one muc | Q2 | Thái độ phục vụ của cán bộ | How staff treat people | yes
         text | gop_y | Góp ý khác | Anything else | | ${so_lan} >= 2
         end_group";
    let choices = "list_name | name | label::Tiếng Việt (vi) | label::English (en)
         muc | 1 | Rất kém | Very poor
         muc | 2 | Kém | Poor
         muc | 3 | Trung bình | Fair
         muc | 4 | Tốt | Good
         muc | 5 | Rất tốt | Very good
         muc | khong_y_kien | Không có ý kiến | No opinion";
    book(&[
        ("survey", survey),
        ("choices", choices),
        (
            "settings",
            "form_title
Phiếu khảo sát đại biểu Hội đồng nhân dân",
        ),
    ])
}

/// The external index II.3 by unit.
#[must_use]
pub fn external_scores(scores: &[(&str, &str)]) -> Vec<u8> {
    let mut lines = "Mã đơn vị | Điểm".to_owned();
    for (unit, score) in scores {
        lines.push_str(&format!("\n{unit} | {score}"));
    }
    book(&[("Chỉ số", &lines)])
}
