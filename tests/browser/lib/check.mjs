// Says what was expected and what was found.
import { isDeepStrictEqual, inspect } from 'node:util';

export function holds(truth, words) {
  if (!truth) throw new Error(words);
}

export function equal(found, expected, words) {
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(`${words}: expected ${inspect(expected)}, found ${inspect(found)}`);
  }
}

// Fails where the act does not, or fails for another reason.
export async function fails(act, pattern, words) {
  let said;
  try {
    await act();
  } catch (fault) {
    said = fault.message;
  }
  if (said === undefined) throw new Error(`${words}: nothing was found wrong`);
  if (!pattern.test(said)) throw new Error(`${words}: ${said}`);
}
