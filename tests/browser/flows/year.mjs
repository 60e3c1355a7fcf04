// The whole year by everybody together, through pages alone, from a system with an organiser and no cycle: its set-up, the
// accounts, the survey and its recheck, scores, two rounds, the leaders, publication. The same inputs by calls alone give
// the same ranking.
import { equal } from '../lib/check.mjs';
import * as accounts from '../year/accounts.mjs';
import * as council from '../year/council.mjs';
import * as fieldwork from '../year/fieldwork.mjs';
import * as setup from '../year/setup.mjs';

const DISAGREE = 'Không đồng ý với kết quả tự chấm điểm';
const REQUEST = 'Đề nghị bổ sung tài liệu kiểm chứng';
const WHY = 'Thiếu văn bản phê duyệt';

export default async function year(play) {
  const { books } = play.given;
  await play.step('the cycle is set up and opened', () => setup.open(play, books));
  await play.step('everybody gets an account', () => accounts.hire(play));
  await play.step('the survey is set up', () => fieldwork.setUp(play, books));
  await play.step('the list is brought in', () => fieldwork.giveOut(play, books));
  await play.step('sixteen slips', () => fieldwork.ask(play));
  await play.step('the survey is closed', () => fieldwork.close(play));
  const lot = await play.step('the draw', () => fieldwork.draw(play));
  await play.step('four calls', () => fieldwork.callAgain(play));
  await play.step('the recheck is concluded', () => fieldwork.conclude(play, lot));
  await play.step('four units score themselves', () => council.score(play));
  await play.step('the first round', () => council.round(play, 1, '2022-12-15T08:00:00+07:00', [
    ['VT', 'I.1', { which: REQUEST, fields: { points: '0', reason: WHY } }],
    ['VT', 'I.2', { which: DISAGREE, fields: { achieved: '90', reason: WHY } }],
  ]));
  await play.step('a penalty is proposed', () => council.propose(play));
  await play.step('the first round is closed', () => council.closeRound(play, 1, '2022-12-19T00:00:00+07:00'));
  await play.step('a unit explains', () => council.explain(play));
  await play.step('the second round', () => council.round(play, 2, '2022-12-22T08:00:00+07:00', [
    ['VT', 'I.2', { which: DISAGREE, fields: { achieved: '92', reason: WHY } }],
  ]));
  await play.step('the penalty is decided', () => council.judge(play));
  await play.step('an index from elsewhere', () => council.external(play, books));
  await play.step('the panel is named', () => council.namePanel(play));
  await play.step('the second round is closed', () => council.closeRound(play, 2, '2022-12-26T00:00:00+07:00'));
  await play.step('two leaders mark', () => council.mark(play));
  await play.step('publication', () => council.publish(play));
  await play.step('the same by calls', () => compare(play));
}

async function compare(play) {
  const answer = await fetch(`${play.given.stage}/compare`, { method: 'POST' });
  equal(answer.status, 200, await answer.text());
}
