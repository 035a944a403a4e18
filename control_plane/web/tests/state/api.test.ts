import { expect, test } from 'vitest';
import { Api, Refusal } from '../../src/state/api.ts';

const ORIGIN = 'http://127.0.0.1:8080';

const atOnce = async () => {};

function api(answers: Record<string, { status?: number; body?: unknown }>) {
  const asked: Request[] = [];
  const made = new Api(
    async (request) => {
      asked.push(request);
      const { status = 200, body = {} } = answers[new URL(request.url).pathname] ?? {};
      return new Response(status === 204 ? null : JSON.stringify(body), { status });
    },
    ORIGIN,
    atOnce,
  );
  return { made, asked };
}

test('what changes something carries the session’s token and an idempotency key', async () => {
  const { made, asked } = api({
    '/api/v1/session': { body: { csrf: 'token' } },
    '/api/v1/desk/state': { status: 204 },
  });
  await made.session();
  await made.setState('available');
  expect(asked[0]?.headers.get('X-Etapiste-CSRF')).toBeNull();
  expect(asked[1]?.headers.get('X-Etapiste-CSRF')).toBe('token');
  expect(asked[1]?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f-]{36}$/);
});

test('a refusal keeps its code and details', async () => {
  const body = { code: 'not_callable', detail: { why_not: ['no_printer'] } };
  const { made } = api({ '/api/v1/desk/tickets/t/call': { status: 409, body } });
  await expect(made.call('t', 'urgent')).rejects.toMatchObject({
    code: 'not_callable',
    status: 409,
    detail: { why_not: ['no_printer'] },
  });
});

test('an answer that is not ours is a refusal too, without its text', async () => {
  const made = new Api(
    async () => new Response('<html>Bad gateway</html>', { status: 502 }),
    ORIGIN,
    atOnce,
  );
  await expect(made.trust()).rejects.toMatchObject({ code: 'unknown', status: 502 });
});

test('no network is a refusal that has words', async () => {
  const made = new Api(
    async () => {
      throw new TypeError('Failed to fetch');
    },
    ORIGIN,
    atOnce,
  );
  await expect(made.next()).rejects.toEqual(new Refusal('offline', 0));
});

/** Answers in turn; a null is an answer that was lost on its way. */
function unlucky(...answers: (Response | null)[]) {
  const asked: Request[] = [];
  const pauses: number[] = [];
  const made = new Api(
    async (request) => {
      asked.push(request);
      const answer = answers[asked.length - 1];
      if (!answer) throw new TypeError('Failed to fetch');
      return answer;
    },
    ORIGIN,
    async (ms) => {
      pauses.push(ms);
    },
  );
  return { made, asked, pauses };
}

test('a request whose answer was lost is asked again with the same key and body', async () => {
  const gone = new Response('no server is available', { status: 503 });
  const { made, asked, pauses } = unlucky(null, gone, new Response('{}', { status: 200 }));
  await made.call('t', 'urgent');
  expect(asked).toHaveLength(3);
  expect(new Set(asked.map((each) => each.headers.get('Idempotency-Key'))).size).toBe(1);
  expect(await Promise.all(asked.map((each) => each.json()))).toEqual(
    Array(3).fill({ reason: 'urgent' }),
  );
  expect(pauses).toEqual([200, 500]);
});

test('two wishes have two keys', async () => {
  const { made, asked } = unlucky(new Response('{}'), new Response('{}'));
  await made.next();
  await made.next();
  expect(new Set(asked.map((each) => each.headers.get('Idempotency-Key'))).size).toBe(2);
});

test('a refusal is an answer: nobody asks again', async () => {
  const { made, asked } = unlucky(new Response('{"code":"no_ticket"}', { status: 409 }));
  await expect(made.next()).rejects.toMatchObject({ code: 'no_ticket' });
  expect(asked).toHaveLength(1);
});

test('whoever cannot be reached is given up after eight seconds of pauses', async () => {
  const { made, asked, pauses } = unlucky();
  await expect(made.next()).rejects.toMatchObject({ code: 'offline' });
  expect(asked).toHaveLength(6);
  expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBe(8000);
});
