// Every page in English, which is chosen once and stays.
import { everybody } from '../lib/everybody.mjs';
import { english } from '../states/see.mjs';

export default (play) =>
  everybody(play, { see: english(play), most: 2, before: (page) => page.goto('/ngon-ngu/en') });
