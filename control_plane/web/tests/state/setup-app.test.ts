// Does the setup page look again after each act, and tell what was refused?
import { expect, test } from 'vitest';
import { Api } from '../../src/state/api.ts';
import { SetupApp } from '../../src/state/setup-app.ts';
import { view } from './setup-made.ts';

const THING = { kind: 'point', key: ['salla'], known: 'b1' } as const;

function app(answers: Record<string, [number, unknown]>) {
  const asked: string[] = [];
  const api = new Api(
    async (request) => {
      const path = new URL(request.url).pathname.replace('/api/v1/', '');
      asked.push(`${request.method} ${path}`);
      const told: Record<string, [number, unknown]> = {
        session: [200, { csrf: 'x', roles: ['owner'] }],
        setup: [200, view()],
        'setup/changes': [200, []],
        ...answers,
      };
      const [status, body] = told[path] ?? [200, {}];
      return Response.json(body, { status });
    },
    'http://127.0.0.1',
    async () => undefined,
  );
  return { app: new SetupApp(api), asked };
}

test('after a change the page looks again', async () => {
  const { app: page, asked } = app({});
  await page.start();
  expect(page.phase.get()).toBe('ready');
  expect(await page.put(THING, {})).toBe(true);
  expect(asked.slice(3)).toEqual(['PUT setup/points/salla', 'GET setup', 'GET setup/changes']);
});

test('what somebody else made of it meanwhile is at hand with the refusal', async () => {
  const refused = { code: 'changed_meanwhile', detail: { known: 'b1' } };
  const { app: page } = app({ 'setup/points/salla': [409, refused] });
  await page.start();
  expect(await page.put({ ...THING, known: 'old' }, {})).toBe(false);
  expect(page.refusal.get()?.code).toBe('changed_meanwhile');
  expect(page.theirs(THING)?.known).toBe('b1');
});

test('who may set nothing up is told so, and who is signed out leaves', async () => {
  const { app: clerk } = app({ setup: [403, { code: 'not_allowed', detail: {} }] });
  await clerk.start();
  expect(clerk.phase.get()).toBe('not_allowed');
  const { app: late } = app({ 'setup/points/salla': [401, { code: 'not_signed_in', detail: {} }] });
  await late.start();
  await late.put(THING, {});
  expect(late.phase.get()).toBe('signed_out');
});

test('who needs a second factor signs in again and sets it, instead of being told to have no right', async () => {
  const { app: page } = app({ setup: [403, { code: 'second_factor_needed' }] });
  await page.start();
  expect(page.phase.get()).toBe('signed_out');
});

test('who may set nothing up is told so', async () => {
  const { app: page } = app({ setup: [403, { code: 'not_allowed' }] });
  await page.start();
  expect(page.phase.get()).toBe('not_allowed');
});
