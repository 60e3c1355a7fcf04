// Home Affairs makes everybody's account, through pages.
import { formTo, send } from '../lib/forms.mjs';

// Login and role of each kind of person, and of which unit; as tests/src/cast.rs has them.
const PEOPLE = {
  supervisor: ['giamsat', 'giam-sat'],
  interviewer: ['dieutra', 'dieu-tra'],
  verifier: ['phuctra', 'phuc-tra'],
  chair: ['chutich-hd', 'chu-tich-hoi-dong'],
  'leader 1': ['chutich', 'lanh-dao'],
  'leader 2': ['phochutich', 'lanh-dao'],
};
const OF_UNITS = { officer: ['cb', 'can-bo'], head: ['tt', 'thu-truong'] };
const APPRAISER = ['td', 'tham-dinh'];
const AGENCIES = ['SNV', 'STC'];

export async function hire(play) {
  const page = await play.person('organiser');
  for (const [kind, [login, role]] of Object.entries(PEOPLE)) await create(play, page, kind, { login, role });
  for (const unit of play.given.units) {
    for (const [kind, way] of Object.entries(OF_UNITS)) await ofUnit(play, page, unit, [kind, way]);
  }
  for (const unit of AGENCIES) await ofUnit(play, page, unit, ['appraiser', APPRAISER]);
  await page.context().close();
}

const ofUnit = (play, page, unit, [kind, [prefix, role]]) =>
  create(play, page, `${kind} ${unit}`, { login: `${prefix}-${unit.toLowerCase()}`, role, unit });

async function create(play, page, kind, { login, role, unit }) {
  await page.goto('/quan-tri/tai-khoan/moi');
  await send(page, formTo(page, '/moi'), {
    'ho-ten': `Người ${login}`,
    'dang-nhap': login,
    password: play.given.password,
    'vai-tro': role,
    dot: play.given.cycle,
    'don-vi': unit ?? '',
  });
  await page.getByText('Đã tạo tài khoản').waitFor();
  play.given.people[kind] = { login, id: new URL(page.url()).pathname.split('/').at(-1) };
}
