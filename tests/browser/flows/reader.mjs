// Somebody of the public: what is published is there for everyone, as a file and by machine.
import { equal, holds } from '../lib/check.mjs';

export default async function reader(play) {
  const page = await play.visitor();
  await play.step('the year by machine', async () => {
    const answer = await page.request.get(`/v1/cycles/${play.given.cycle}/versions`);
    equal(answer.status(), 200, 'the versions');
  });
}
