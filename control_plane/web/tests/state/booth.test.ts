import { announce, type ControlMessage, frame } from '@etapiste/web/room';
import { beforeEach, expect, test, vi } from 'vitest';
import { BoothDesk } from '../../src/state/booth.ts';

let connected: boolean;
let said: ControlMessage[];
let booth: BoothDesk;

beforeEach(() => {
  connected = true;
  said = [];
  booth = new BoothDesk((message) => {
    if (connected) said.push(message);
    return connected;
  });
});

const pdf = { bytes: new TextEncoder().encode('%PDF-1.7 page'), type: 'application/pdf' as const };
const kinds = () => said.map(({ kind }) => kind);
// A digest is made of the page first, in a thread of the browser.
const offered = () => vi.waitFor(() => expect(kinds()).toContain('print.offer'));

test('a page is offered to the booth without its name', async () => {
  void booth.print(pdf, 2);
  await offered();
  expect(said[0]).toMatchObject({ kind: 'print.offer', copies: 2 });
  expect(JSON.stringify(said)).not.toContain('name');
  expect(booth.prints.get()).toMatchObject([{ state: 'sending', copies: 2 }]);
});

test('the printer’s truth is shown as it comes', async () => {
  void booth.print(pdf, 1);
  await offered();
  const [job] = booth.prints.get();
  const progress = { kind: 'print.progress' as const, job_id: job?.id ?? '' };
  booth.hear({ ...progress, state: 'printing', pages: 1, reason: 'paper_out' });
  expect(booth.prints.get()).toMatchObject([{ state: 'printing', reason: 'paper_out' }]);
  booth.hear({ ...progress, state: 'doubtful', pages: 1, reason: 'not_counted' });
  expect(booth.prints.get()).toMatchObject([{ state: 'doubtful' }]);
});

test('a job that was under way is offered again on a new connection, a finished one is not', async () => {
  void booth.print(pdf, 1);
  await offered();
  booth.resume();
  expect(kinds()).toEqual(['print.offer', 'print.offer']);
  const [job] = booth.prints.get();
  booth.hear({ kind: 'print.progress', job_id: job?.id ?? '', state: 'out', sheets: 1 });
  booth.resume();
  expect(kinds()).toHaveLength(2);
});

test('a still comes over the channel and can be opened', async () => {
  booth.takeStill();
  const [asked] = booth.stills.get();
  const bytes = new TextEncoder().encode('a sharp picture');
  const document = await announce(bytes, 'image/jpeg');
  booth.hear({
    kind: 'still.taken',
    still_id: asked?.id ?? '',
    document,
    width: 3840,
    height: 2160,
  });
  const lane = new EventTarget();
  booth.attach(
    Object.assign(lane, {
      readyState: 'open' as const,
      bufferedAmount: 0,
      bufferedAmountLowThreshold: 0,
      send: () => undefined,
    }) as unknown as RTCDataChannel,
  );
  const data = frame(document.transfer_id, 0, bytes);
  lane.dispatchEvent(Object.assign(new Event('message'), { data }));
  const still = await vi.waitFor(() => {
    const [taken] = booth.stills.get();
    expect(taken).toMatchObject({ state: 'here', width: 3840, progress: 1 });
    return taken;
  });
  expect(await still?.blob?.text()).toBe('a sharp picture');
});

test('a camera that cannot is told as it says', () => {
  booth.takeStill();
  const [asked] = booth.stills.get();
  booth.hear({ kind: 'still.taken', still_id: asked?.id ?? '', reason: 'unplugged' });
  expect(booth.stills.get()).toMatchObject([{ state: 'failed', reason: 'unplugged' }]);
});

test('a camera that does not answer is not waited for without end', () => {
  vi.useFakeTimers();
  booth.takeStill();
  vi.advanceTimersByTime(20_001);
  expect(booth.stills.get()).toMatchObject([{ state: 'failed', reason: 'timeout' }]);
  vi.useRealTimers();
});

test('a still that cannot be asked for says so at once', () => {
  connected = false;
  booth.takeStill();
  expect(booth.stills.get()).toMatchObject([{ state: 'failed', reason: 'no_connection' }]);
});

test('after the visit nothing of it is left', async () => {
  void booth.print(pdf, 1);
  booth.takeStill();
  await offered();
  booth.forget();
  expect([booth.prints.get(), booth.stills.get(), booth.state.get()]).toEqual([[], [], null]);
});
