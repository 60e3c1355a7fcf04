// Every page at 400 %: nothing is wider than the window but what scrolls by itself.
import { everybody } from '../lib/everybody.mjs';
import { large } from '../states/see.mjs';

export default (play) => everybody(play, { see: large(), most: 4 });
