// Do touches become exactly one request each, and does an answer reach the screen?
import { describe, expect, test } from 'vitest';
import { numberDesk } from '../../src/state/number_desk.ts';
import type { Answer, Asked, ClientMessage } from '../../src/state/wire.ts';

const TICKET = {
  ticket_id: 't',
  number: 104,
  day: '2026-11-24',
  service: 'asumistuki',
  before: 0,
  wait: null,
  more: [],
};

function desk(answer: (message: Asked) => Answer | null) {
  const asked: Asked[] = [];
  const said: ClientMessage[] = [];
  let ids = 0;
  const made = numberDesk({
    link: {
      state: null,
      async ask(message) {
        asked.push(message);
        return answer(message);
      },
      say(message) {
        said.push(message);
        return true;
      },
    },
    now: () => 0,
    newId: () => `id-${++ids}`,
  });
  return { ...made, asked, said };
}

describe('the desk of numbers', () => {
  test('the button touched twice takes one number', async () => {
    const it = desk((message) => ({ type: 'taken', id: message.id, ticket: TICKET }));
    it.happened({ kind: 'agency_chosen', agency: 'kela' });
    it.happened({ kind: 'service_chosen', service: 'asumistuki' });
    await Promise.all([it.takeNumber(), it.takeNumber()]);
    expect(it.asked).toEqual([
      {
        type: 'take',
        id: 'id-1',
        service: 'asumistuki',
        language: 'fi',
        more: [],
        in_order: false,
      },
    ]);
    expect(it.path.get().step).toEqual({ at: 'number', ticket: TICKET });
  });

  test('several matters are asked for with one number, in the order that was chosen', async () => {
    const it = desk((message) => ({ type: 'taken', id: message.id, ticket: TICKET }));
    it.happened({ kind: 'agency_chosen', agency: 'kela' });
    it.happened({ kind: 'service_chosen', service: 'asumistuki' });
    it.happened({ kind: 'errand_wanted' });
    it.happened({ kind: 'agency_chosen', agency: 'vero' });
    it.happened({ kind: 'service_chosen', service: 'verokortti' });
    it.happened({ kind: 'errand_put_first', service: 'verokortti' });
    await it.takeNumber();
    expect(it.asked).toMatchObject([
      { service: 'verokortti', more: ['asumistuki'], in_order: true },
    ]);
  });

  test('the number is asked for in the visitor’s language', async () => {
    const it = desk(() => null);
    it.happened({ kind: 'language_chosen', language: 'sv' });
    it.happened({ kind: 'agency_chosen', agency: 'kela' });
    it.happened({ kind: 'service_chosen', service: 'asumistuki' });
    await it.takeNumber();
    expect(it.asked[0]).toMatchObject({ language: 'sv' });
  });

  test('no answer at all is told as a lost connection', async () => {
    const it = desk(() => null);
    it.happened({ kind: 'agency_chosen', agency: 'kela' });
    it.happened({ kind: 'service_chosen', service: 'asumistuki' });
    await it.takeNumber();
    expect(it.path.get().step).toMatchObject({ at: 'refused', code: 'offline' });
  });

  test('a missed number comes back', async () => {
    const it = desk((message) => ({ type: 'accepted', id: message.id }));
    it.happened({ kind: 'missed_opened' });
    await it.returnWith('t', 99);
    expect(it.asked).toEqual([{ type: 'return', id: 'id-1', ticket_id: 't' }]);
    expect(it.path.get().step).toEqual({ at: 'returned', number: 99 });
  });

  test('help is called at once, from any step', () => {
    const it = desk(() => null);
    it.callHelp();
    expect(it.said).toEqual([{ type: 'help' }]);
  });
});
