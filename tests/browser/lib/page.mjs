// A page of the test's own on a free loopback port, to try the library itself on.
import { createServer } from 'node:http';

// Answers every path with what `pages` has for it: a text of HTML, or a function of request and response.
export async function serve(pages) {
  const server = createServer((request, response) => {
    const page = pages[new URL(request.url, 'http://127.0.0.1').pathname];
    if (typeof page === 'function') return page(request, response);
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    return response.end(page ?? '');
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
