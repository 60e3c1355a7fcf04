// Every page in forced colours.
import { everybody } from '../lib/everybody.mjs';
import { forced } from '../states/see.mjs';

export default (play) => everybody(play, { see: forced(play), most: 1, options: { colours: 'forced' } });
