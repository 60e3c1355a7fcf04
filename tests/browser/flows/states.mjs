// Every page that somebody comes to by links, each in its different states: axe, the way by Tab, pictures at every width.
import { everybody } from '../lib/everybody.mjs';
import { whole } from '../states/see.mjs';

export default (play) => everybody(play, { see: whole(play), most: 3 });
