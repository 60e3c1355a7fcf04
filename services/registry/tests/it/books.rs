//! Workbooks as the templates ask for them, good and bad.

use rust_xlsxwriter::Workbook;

/// A cell: text, or a number as the spreadsheet program stores it.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Text(String),
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// A sheet from lines of cells separated by `|`; the first line is the header.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    name: String,
    rows: Vec<Vec<Cell>>,
}

impl Sheet {
    pub(crate) fn new(name: &str, lines: &str) -> Self {
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        let cells = |line: &str| line.split('|').map(|cell| Cell::from(cell.trim())).collect();
        Self {
            name: name.to_owned(),
            rows: lines.map(cells).collect(),
        }
    }

    /// Replaces a cell named as the spreadsheet program names it: "D12".
    pub(crate) fn with(mut self, place: &str, cell: impl Into<Cell>) -> Self {
        let column = usize::from(place.as_bytes()[0] - b'A');
        let row: usize = place[1..].parse().unwrap();
        let cells = &mut self.rows[row - 1];
        if cells.len() <= column {
            cells.resize(column + 1, Cell::from(""));
        }
        cells[column] = cell.into();
        self
    }

    /// The same sheet with every text changed.
    pub(crate) fn map_text(mut self, change: impl Fn(&str) -> String) -> Self {
        for cell in self.rows.iter_mut().flatten() {
            if let Cell::Text(text) = cell {
                *text = change(text);
            }
        }
        self
    }

    /// The same sheet under another name.
    pub(crate) fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }
}

/// The bytes of a workbook.
pub(crate) fn book(sheets: &[Sheet]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for sheet in sheets {
        let written = workbook.add_worksheet().set_name(&sheet.name).unwrap();
        for (row, cells) in sheet.rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (row, column) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
                match cell {
                    Cell::Text(text) if text.is_empty() => continue,
                    Cell::Text(text) => written.write_string(row, column, text).unwrap(),
                    Cell::Number(number) => written.write_number(row, column, *number).unwrap(),
                };
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

pub(crate) fn unit_types() -> Sheet {
    Sheet::new(
        "Loại hình",
        "Mã | Tên | Tên tiếng Anh | Thứ tự
         department | Sở, ban, ngành | Departments | 1
         district | UBND huyện, thành, thị | Districts | 2",
    )
}

pub(crate) fn units() -> Sheet {
    Sheet::new(
        "Đơn vị",
        "Mã | Tên | Loại hình | Thứ tự | Từ ngày | Đến ngày | Tiền thân | Xếp hạng
         SNV | Sở Nội vụ | department | 1 | 1997-01-01 | | | có
         STC | Sở Tài chính | department | 2 | | | SKHDT; STC-CU |
         BDT | Ban Dân tộc | department | 3 | | 01/03/2025 | | không
         VT | UBND thành phố Việt Trì | district | 1
         DH | UBND huyện Đoan Hùng | district | 2",
    )
}

/// A small set with every kind of rule, worth 100.
pub(crate) fn index_set() -> Sheet {
    Sheet::new(
        "Chỉ số",
        "Mã | Tên tiêu chí | Tên tiếng Anh | Điểm tối đa | Cách chấm | Tài liệu kiểm chứng | Thẩm định | Nguồn
         I | KẾT QUẢ THỰC HIỆN NHIỆM VỤ | Results | 60 | sum | – | – | R
         I.1 | Kế hoạch được phê duyệt | Approved plan | 20 | bool | QĐ phê duyệt | STC | M
         I.2 | Mức độ hoàn thành | Done | 40 | ratio(b/a, sàn 80%) | Báo cáo | SNV | M
         II | CẢI CÁCH HÀNH CHÍNH | Reform | 20 | sum | – | – | R
         II.1 | Tuyên truyền | Communication | 10 | tier(≥2 hình thức:10; 1 hình thức:0.5; 0:0) | Tin bài | SNV | T(000)
         II.2 | Báo cáo định kỳ | Reports | 8 | deduct(0.25/báo cáo chậm) | Báo cáo | SNV | T(000)
         II.3 | Chính quyền điện tử | e-Government | 2 | external(điểm/100 × tối đa) | QĐ công bố | STC | M
         IV | ĐIỂM CỘNG | Bonus | 8 | sum, trần 8 | – | – | R
         IV.1 | Sáng kiến | Initiatives | 8 | add(1/sáng kiến, trần 8) | QĐ công nhận | STC | M
         V | KHẢO SÁT | Survey | 8 | sum | – | – | R
         V.1 | Chất lượng tham mưu | Advice | 8 | survey(HDND,Q1) | Phiếu khảo sát | SNV | M
         VI | LÃNH ĐẠO | Leaders | 4 | sum | – | – | R
         VI.1 | Phiếu của lãnh đạo | Slips | 4 | leader(mean, thang 0–4) | Phiếu | Lãnh đạo UBND tỉnh | R
         VII | ĐIỂM TRỪ | Penalties | − | sum of penalties | – | – | R
         VII.1 | Tham nhũng | Corruption | − | penalty(3/vụ) | Bản án | STC | M
         VII.2 | Kỷ luật | Discipline | – | penalty(khiển trách 0.5; cảnh cáo 1 /người) | QĐ | SNV | M",
    )
}
