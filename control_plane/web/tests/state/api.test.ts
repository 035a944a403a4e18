import { expect, test } from 'vitest';
import { Api, Refusal } from '../../src/state/api.ts';

const ORIGIN = 'http://127.0.0.1:8080';

function api(answers: Record<string, { status?: number; body?: unknown }>) {
  const asked: Request[] = [];
  const made = new Api(async (request) => {
    asked.push(request);
    const { status = 200, body = {} } = answers[new URL(request.url).pathname] ?? {};
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  }, ORIGIN);
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
  );
  await expect(made.trust()).rejects.toMatchObject({ code: 'unknown', status: 502 });
});

test('no network is a refusal that has words', async () => {
  const made = new Api(async () => {
    throw new TypeError('Failed to fetch');
  }, ORIGIN);
  await expect(made.next()).rejects.toEqual(new Refusal('offline', 0));
});
