// Does a screen keep its agent, and does every question get one answer?
import { describe, expect, test } from 'vitest';
import { connect, type WireEvents } from '../../src/state/screen_link.ts';

function world() {
  const wires: { events: WireEvents; sent: { type: string; [key: string]: unknown }[] }[] = [];
  const due: { at: number; act: () => void; off: boolean }[] = [];
  let now = 0;
  const link = connect<{ n: number }>({
    screen: 'booth',
    token: 'secret',
    open(events) {
      const wire = { events, sent: [] as { type: string }[] };
      wires.push(wire);
      return { send: (text) => wire.sent.push(JSON.parse(text)), close: () => events.closed(1000) };
    },
    timers: {
      later(ms, act) {
        const timer = { at: now + ms, act, off: false };
        due.push(timer);
        return () => {
          timer.off = true;
        };
      },
    },
  });
  function pass(ms: number) {
    now += ms;
    for (const timer of due.filter((each) => !each.off && each.at <= now)) {
      timer.off = true;
      timer.act();
    }
  }
  const newest = () => {
    const wire = wires.at(-1);
    if (!wire) throw new Error('nothing was opened');
    return wire;
  };
  const tell = (message: object) => newest().events.came(JSON.stringify(message));
  const opened = (n = 1) => {
    newest().events.opened();
    tell({ type: 'state', state: { n } });
  };
  return { link, wires, pass, newest, tell, opened };
}

describe('a screen and its agent', () => {
  test('the token goes first, and nothing is open before a state has come', () => {
    const { link, newest, opened } = world();
    expect(link.status).toBe('connecting');
    expect(link.say({ type: 'help' })).toBe(false);
    opened(7);
    expect(newest().sent).toEqual([{ type: 'hello', screen: 'booth', token: 'secret' }]);
    expect(link.status).toBe('open');
    expect(link.state).toEqual({ n: 7 });
    expect(link.say({ type: 'help' })).toBe(true);
  });

  test('a lost agent is sought again, with longer pauses, and the last state stays', () => {
    const { link, wires, pass, newest, opened } = world();
    opened();
    newest().events.closed(1006);
    expect(link.status).toBe('lost');
    expect(link.state).toEqual({ n: 1 });
    pass(250);
    expect(wires).toHaveLength(2);
    newest().events.closed(1006);
    pass(250);
    expect(wires).toHaveLength(2);
    pass(250);
    expect(wires).toHaveLength(3);
  });

  test('a question without an answer is asked again with the same id over a new connection', async () => {
    const { link, pass, newest, tell, opened } = world();
    opened();
    const answer = link.ask({ type: 'cancel', id: 'a', ticket_id: 't' }, 5_000);
    newest().events.closed(1006);
    pass(250);
    opened();
    expect(newest().sent.at(-1)).toEqual({ type: 'cancel', id: 'a', ticket_id: 't' });
    tell({ type: 'accepted', id: 'a' });
    expect(await answer).toEqual({ type: 'accepted', id: 'a' });
  });

  test('a question that nobody answers ends with null, and a late answer disturbs nobody', async () => {
    const { link, pass, tell, opened } = world();
    opened();
    const heard: unknown[] = [];
    link.onMessage((message) => heard.push(message));
    const answer = link.ask({ type: 'cancel', id: 'a', ticket_id: 't' }, 5_000);
    pass(5_000);
    expect(await answer).toBeNull();
    tell({ type: 'accepted', id: 'a' });
    expect(heard).toEqual([{ type: 'accepted', id: 'a' }]);
  });

  test('an old connection is no longer heard', () => {
    const { link, wires, pass, newest, opened } = world();
    opened(1);
    newest().events.closed(1006);
    pass(250);
    opened(2);
    wires[0]?.events.came(JSON.stringify({ type: 'state', state: { n: 99 } }));
    expect(link.state).toEqual({ n: 2 });
  });

  test('a wrong token is told apart from a lost agent', () => {
    const { link, newest } = world();
    newest().events.opened();
    newest().events.closed(4401);
    expect(link.status).toBe('denied');
  });

  test('what is no message of ours is dropped', () => {
    const { link, newest, opened } = world();
    opened();
    for (const junk of ['{', '[]', 'null', '"state"', new ArrayBuffer(4)]) {
      newest().events.came(junk);
    }
    expect(link.state).toEqual({ n: 1 });
  });
});
