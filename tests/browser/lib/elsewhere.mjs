// Where no link of the demonstration leads: every other address is a page that somebody must come to.

// Pages that flows of their own look at.
const IN_FLOWS = [
  '/_/components', // gallery
  '/dang-nhap/ma', // factor
  '/quan-tri/{cycle}/xep-loai/ban/{ban}', // conduct
  '/tai-lieu/{evidence}/xem', // appraiser
  '/tham-dinh/{cycle}/dong-y', // appraiser
];

// Files, and addresses to which forms are sent in a state that the demonstration is not in.
const NO_PAGES = [
  '/_/{name}',
  '/giai-trinh/{cycle}/{unit}/diem-tru',
  '/khao-sat/{cycle}/bang-ke/giao-tung-nguoi',
  '/khao-sat/{cycle}/bang-ke/mau.xlsx',
  '/khao-sat/{cycle}/phieu/{id}/bo',
  '/khao-sat/{cycle}/phieu/{id}/hoan-thanh',
  '/khao-sat/{cycle}/tien-do.xlsx',
  '/ngon-ngu/{lang}',
  '/nhat-ky.csv',
  '/phien',
  '/phuc-tra/{cycle}/lo/{id}/ket-thuc',
  '/phuc-tra/{cycle}/phieu/{id}/gia-han',
  '/phuc-tra/{cycle}/phieu/{id}/hien-so',
  '/phuc-tra/{cycle}/phieu/{id}/tra-viec',
  '/quan-tri/mau/{name}',
  '/quan-tri/tai-khoan/{id}/ma',
  '/quan-tri/tai-khoan/{id}/ma/thu-hoi',
  '/quan-tri/tai-khoan/{id}/xac-thuc',
  '/quan-tri/{cycle}/bo-chi-so/{type}/tep',
  '/quan-tri/{cycle}/bo-chi-so/{type}/xem/tep',
  '/quan-tri/{cycle}/chi-so-khac/{criterion}/mau.xlsx',
  '/quan-tri/{cycle}/don-vi/tep',
  '/quan-tri/{cycle}/don-vi/xem/tep',
  '/quan-tri/{cycle}/khao-sat/ket-thuc',
  '/quan-tri/{cycle}/khong-danh-gia/bo',
  '/quan-tri/{cycle}/lanh-dao/chot',
  '/quan-tri/{cycle}/lanh-dao/quyet-dinh',
  '/quan-tri/{cycle}/mo',
  '/quan-tri/{cycle}/mo-lai/{reopening}',
  '/tai-khoan/phien/{id}/ket-thuc',
  '/tai-khoan/xac-thuc/xac-nhan',
  '/tai-lieu/{evidence}',
  '/tu-cham/{cycle}/{unit}/thu-hoi',
  '/tu-cham/{cycle}/{unit}/{criterion}/bo',
  '/tu-cham/{cycle}/{unit}/{criterion}/giai-trinh',
];

export const elsewhere = new Set([...IN_FLOWS, ...NO_PAGES]);
