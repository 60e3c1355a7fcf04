// Every page with scripts off.
import { everybody } from '../lib/everybody.mjs';
import { silent } from '../states/see.mjs';

export default (play) => everybody(play, { see: silent(), most: 4, options: { scripts: false } });
