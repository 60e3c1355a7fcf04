// A bad network, for one page: lost requests, lost answers, a server that fails, a long way.

const matches = (request, method, path) =>
  request.method() === method && new URL(request.url()).pathname === path;

// The next request never arrives.
export async function loseRequest(page, method, path) {
  await once(page, method, path, (route) => route.abort('connectionreset'));
}

// The next request is answered with a failure and never arrives.
export async function failRequest(page, method, path, status = 500) {
  await once(page, method, path, (route) => route.fulfill({ status, body: '' }));
}

async function once(page, method, path, act) {
  let done = false;
  await page.route('**/*', async (route) => {
    if (done || !matches(route.request(), method, path)) return route.fallback();
    done = true;
    return act(route);
  });
}

// The next request arrives and is acted on, but its answer is lost on the way; `status` is what the answer was.
export async function loseAnswer(page, method, path) {
  const session = await page.context().newCDPSession(page);
  await session.send('Fetch.enable', { patterns: [{ urlPattern: `*${path}*`, requestStage: 'Response' }] });
  const status = new Promise((resolve) => {
    session.on('Fetch.requestPaused', async ({ requestId, request, responseStatusCode }) => {
      if (request.method !== method) {
        await session.send('Fetch.continueResponse', { requestId });
        return;
      }
      await session.send('Fetch.failRequest', { requestId, errorReason: 'ConnectionReset' });
      await session.detach();
      resolve(responseStatusCode);
    });
  });
  return { status };
}

// Every answer is so late from here on; 0 ends it.
export async function delay(page, milliseconds) {
  const session = await page.context().newCDPSession(page);
  const conditions = { offline: false, latency: milliseconds, downloadThroughput: -1, uploadThroughput: -1 };
  await session.send('Network.emulateNetworkConditions', conditions);
}

// Only so many bytes a second leave from here on, until what is answered is called.
export async function slowly(page, bytes) {
  const session = await page.context().newCDPSession(page);
  const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes };
  await session.send('Network.emulateNetworkConditions', conditions);
  return () => session.detach();
}

// What opening an address costs: bytes as the page sees them, bytes on the wire, requests.
export async function weigh(page, address) {
  const answers = [];
  const note = (response) => answers.push(response);
  page.on('response', note);
  await page.goto(address, { waitUntil: 'networkidle' });
  page.off('response', note);
  let [bytes, sent] = [0, 0];
  for (const answer of answers) {
    bytes += (await answer.body()).length;
    const sizes = await answer.request().sizes();
    sent += sizes.responseBodySize + sizes.responseHeadersSize;
  }
  return { bytes, sent, requests: answers.length };
}
