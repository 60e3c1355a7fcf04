// Every page that somebody comes to by links, each in its different states: axe, the way by Tab, pictures at every width,
// and at 400 % nothing wider than the window but what scrolls by itself.
import { everybody } from '../lib/everybody.mjs';
import { whole } from '../states/see.mjs';

export default (play) => everybody(play, { see: whole(play), most: 3 });
