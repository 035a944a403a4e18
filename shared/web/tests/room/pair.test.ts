import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NotProven } from '../../src/room/jws.ts';
import { Pair, type PairOptions } from '../../src/room/pair.ts';
import type { Participant, Signal } from '../../src/wire.ts';
import { FakeConnection, PRINT } from './fake-connection.ts';

const ROOM = '0190d0c2-0000-7000-8000-000000000001';

let sent: Signal[];
let made: FakeConnection[];
let elapsed: number;
let believed: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  made = [];
  elapsed = 0;
  believed = true;
});
afterEach(() => {
  vi.useRealTimers();
});

function pair(me: Participant, other: Participant, more: Partial<PairOptions> = {}): Pair {
  return new Pair({
    roomId: ROOM,
    me,
    other,
    iceServers: [],
    relayOnly: false,
    prover: { prove: async () => ({ proof: 'proof', statement: 'statement' }) },
    checker: {
      check: async () => {
        if (!believed) throw new NotProven('wrong_fingerprint');
      },
    },
    send: (signal) => sent.push(signal),
    elapsedS: () => elapsed,
    certify: async () => ({}) as RTCCertificate,
    connect: (configuration) => {
      const connection = new FakeConnection(configuration);
      made.push(connection);
      return connection as unknown as RTCPeerConnection;
    },
    ...more,
  });
}

/** A connection that is still looking for its candidates. */
function gathering(configuration: RTCConfiguration): RTCPeerConnection {
  const connection = new FakeConnection(configuration);
  connection.iceGatheringState = 'gathering';
  made.push(connection);
  return connection as unknown as RTCPeerConnection;
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const types = () => sent.map(({ type, attempt }) => `${type} ${attempt}`);

function from(sender: Participant, receiver: Participant, change: Partial<Signal>): Signal {
  const sdp = `v=0\r\na=fingerprint:sha-256 ${PRINT}\r\n`;
  return { room_id: ROOM, sender, receiver, attempt: 1, type: 'offer', sdp, ...change };
}

const byBooth = (change: Partial<Signal>) => from('booth-screen', 'clerk', change);
const byAgent = (change: Partial<Signal>) => from('booth-agent', 'clerk', change);
const byClerk = (change: Partial<Signal>) => from('clerk', 'booth-screen', change);

describe('the higher rank', () => {
  test('waits for the other to join, then offers', async () => {
    const clerk = pair('clerk', 'booth-screen');
    clerk.start();
    await settle();
    expect(types()).toEqual([]);
    clerk.receive(byBooth({ type: 'join', attempt: 0 }));
    await settle();
    expect(types()).toEqual(['offer 1']);
    expect(sent[0]).toMatchObject({ proof: 'proof', statement: 'statement' });
  });

  test('makes its offer ahead, and it is the first one who joins that gets it', async () => {
    const clerk = pair('clerk', 'booth-screen');
    clerk.start();
    await settle();
    expect(made).toHaveLength(1);
    expect(clerk.view.get().phase).toBe('waiting');
    clerk.receive(byBooth({ type: 'join', attempt: 0 }));
    await settle();
    expect(made).toHaveLength(1);
    expect(clerk.view.get()).toMatchObject({ phase: 'connecting', attempt: 1 });
    clerk.receive(byBooth({ type: 'join', attempt: 0 }));
    await settle();
    expect(made).toHaveLength(2);
    expect(types()).toEqual(['offer 1', 'offer 2']);
  });

  test("makes no offer to the booth's own device before it asks", async () => {
    const clerk = pair('clerk', 'booth-agent');
    clerk.start();
    await settle();
    expect(made).toEqual([]);
    expect(clerk.view.get().phase).toBe('waiting');
    clerk.receive(byAgent({ type: 'join', attempt: 0 }));
    await settle();
    expect(types()).toEqual(['offer 1']);
  });

  test("offers to the booth's own device in the end, also when its word was lost", async () => {
    pair('clerk', 'booth-agent').start();
    await vi.advanceTimersByTimeAsync(4_000);
    await settle();
    expect(types()).toEqual(['offer 1']);
  });

  test('an offer made ahead that is not asked for goes nowhere when the room is left', async () => {
    const clerk = pair('clerk', 'booth-screen');
    clerk.start();
    await settle();
    clerk.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(types()).toEqual(['bye 1']);
    expect(made[0]?.connectionState).toBe('closed');
  });

  test('offers at once above every earlier attempt after its page was loaded again', async () => {
    elapsed = 125.4;
    pair('clerk', 'booth-screen').start({ offerNow: true });
    await settle();
    expect(types()).toEqual(['offer 126']);
  });

  test('connects when the answer is proven, and sends nothing before', async () => {
    const clerk = pair('clerk', 'booth-screen');
    const track = { kind: 'video' } as MediaStreamTrack;
    clerk.setTracks({ audio: null, video: track });
    clerk.start({ offerNow: true });
    await settle();
    const connection = made[0] as FakeConnection;
    clerk.receive(byBooth({ type: 'answer', attempt: 1 }));
    await settle();
    expect(connection.sending('video')).toBeNull();
    connection.become('connected');
    await settle();
    expect(clerk.view.get().phase).toBe('connected');
    expect(connection.sending('video')).toBe(track);
    expect(connection.sending('audio')).toBeNull();
  });

  test('begins with a small picture, which becomes sharp when it stands', async () => {
    const clerk = pair('clerk', 'booth-screen');
    clerk.setTracks({ audio: null, video: { kind: 'video' } as MediaStreamTrack });
    clerk.start({ offerNow: true });
    await settle();
    const connection = made[0] as FakeConnection;
    clerk.receive(byBooth({ type: 'answer', attempt: 1 }));
    await settle();
    connection.become('connected');
    await settle();
    expect(connection.scales('video')).toEqual([2]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(connection.scales('video')).toEqual([2, 1]);
    expect(connection.scales('audio')).toEqual([]);
  });

  test('to a browser it offers with its first candidate, and tells the others singly', async () => {
    const clerk = pair('clerk', 'booth-screen', { connect: gathering });
    clerk.start({ offerNow: true });
    await settle();
    expect(types()).toEqual([]);
    const connection = made[0] as FakeConnection;
    connection.found('candidate:1');
    await settle();
    expect(sent.map(({ type }) => type)).toEqual(['offer']);
    expect(sent[0]?.sdp).toContain('a=candidate:1');
    connection.found('candidate:2');
    await settle();
    expect(sent[1]).toMatchObject({ type: 'candidate', candidate: 'candidate:2' });
  });

  test("to the booth's agent it offers when all candidates are there", async () => {
    const clerk = pair('clerk', 'booth-agent', { connect: gathering });
    clerk.start({ offerNow: true });
    await settle();
    const connection = made[0] as FakeConnection;
    connection.found('candidate:1');
    await settle();
    expect(types()).toEqual([]);
    connection.found('candidate:2');
    connection.gathered();
    await settle();
    expect(sent[0]?.sdp).toContain('a=candidate:2');
  });

  test('refuses an answer whose proof does not hold, and does not try again by itself', async () => {
    believed = false;
    const clerk = pair('clerk', 'booth-screen');
    clerk.start({ offerNow: true });
    await settle();
    clerk.receive(byBooth({ type: 'answer', attempt: 1 }));
    await settle();
    expect(clerk.view.get()).toMatchObject({ phase: 'refused', reason: 'wrong_fingerprint' });
    expect(made[0]?.remote).toBeNull();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(types()).toEqual(['offer 1']);
  });

  test('closes when the certificate in use is another than the proven one', async () => {
    const clerk = pair('clerk', 'booth-screen');
    clerk.start({ offerNow: true });
    await settle();
    clerk.receive(byBooth({ type: 'answer', attempt: 1 }));
    await settle();
    const connection = made[0] as FakeConnection;
    connection.remoteFingerprint = PRINT.replace('AB', 'CD');
    connection.become('connected');
    await settle();
    expect(clerk.view.get()).toMatchObject({ phase: 'refused', reason: 'another_certificate' });
    expect(connection.connectionState).toBe('closed');
  });

  test('drops an answer to an attempt that was given up', async () => {
    const clerk = pair('clerk', 'booth-screen');
    clerk.start({ offerNow: true });
    await settle();
    clerk.receive(byBooth({ type: 'join', attempt: 0 }));
    await settle();
    clerk.receive(byBooth({ type: 'answer', attempt: 1 }));
    await settle();
    expect(types()).toEqual(['offer 1', 'offer 2']);
    expect(made[1]?.remote).toBeNull();
  });

  test('makes a new connection when one fails', async () => {
    const clerk = pair('clerk', 'booth-screen');
    clerk.start({ offerNow: true });
    await settle();
    made[0]?.become('failed');
    expect(clerk.view.get().phase).toBe('lost');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(types()).toEqual(['offer 1', 'offer 2']);
  });

  test('never asks for an offer, and takes none', async () => {
    const clerk = pair('clerk', 'booth-screen');
    clerk.receive(byBooth({ type: 'offer', attempt: 5 }));
    await settle();
    expect(made).toHaveLength(0);
  });

  test('is told when its own proof did not hold on the other side', async () => {
    const clerk = pair('clerk', 'booth-agent');
    clerk.start({ offerNow: true });
    await vi.advanceTimersByTimeAsync(2_000);
    clerk.receive(from('booth-agent', 'clerk', { type: 'bye', attempt: 1 }));
    expect(clerk.view.get()).toMatchObject({ phase: 'refused', reason: 'by_other_side' });
  });
});

describe('the lower rank', () => {
  test('says that it is there until it is offered to', async () => {
    const booth = pair('booth-screen', 'clerk');
    booth.start();
    await vi.advanceTimersByTimeAsync(6_500);
    expect(types()).toEqual(['join 0', 'join 0', 'join 0']);
    booth.receive(byClerk({ attempt: 4 }));
    await vi.advanceTimersByTimeAsync(4_000);
    expect(types().slice(3)).toEqual(['answer 4']);
  });

  test('answers ready to send both ways, with nothing to send yet', async () => {
    const booth = pair('booth-screen', 'clerk');
    booth.receive(byClerk({ attempt: 1 }));
    await settle();
    expect(made[0]?.transceivers.map(({ direction }) => direction)).toEqual([
      'sendrecv',
      'sendrecv',
    ]);
    expect(made[0]?.sending('video')).toBeNull();
  });

  test('takes a higher attempt in place of the present one, and never a lower', async () => {
    const booth = pair('booth-screen', 'clerk');
    booth.receive(byClerk({ attempt: 7 }));
    await settle();
    booth.receive(byClerk({ attempt: 6 }));
    await settle();
    expect(made).toHaveLength(1);
    booth.receive(byClerk({ attempt: 8 }));
    await settle();
    expect(made.map(({ connectionState }) => connectionState)).toEqual(['closed', 'new']);
  });

  test('opens nothing for an offer that is not proven', async () => {
    believed = false;
    const booth = pair('booth-screen', 'clerk');
    booth.receive(byClerk({ attempt: 1 }));
    await settle();
    expect(made).toHaveLength(0);
    expect(booth.view.get().phase).toBe('refused');
  });

  test('tells the offerer that its proof did not hold, and waits for the next offer', async () => {
    believed = false;
    const booth = pair('booth-screen', 'clerk');
    booth.start();
    booth.receive(byClerk({ attempt: 3 }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(types()).toEqual(['join 0', 'bye 3']);
    believed = true;
    booth.receive(byClerk({ attempt: 4 }));
    await settle();
    expect(types().at(-1)).toBe('answer 4');
  });
});

test('the servers are always ours, even when there are none', async () => {
  pair('clerk', 'booth-screen', { relayOnly: true }).start({ offerNow: true });
  await settle();
  expect(made[0]?.configuration).toMatchObject({ iceServers: [], iceTransportPolicy: 'relay' });
});

test('towards the booth’s agent only its video and two channels are negotiated', async () => {
  pair('clerk', 'booth-agent').start({ offerNow: true });
  await settle();
  expect(made[0]?.transceivers.map(({ kind, direction }) => `${kind} ${direction}`)).toEqual([
    'video recvonly',
  ]);
  expect(made[0]?.channels).toEqual(['control', 'documents']);
});

test('the end of a room says good-bye and closes', async () => {
  const clerk = pair('clerk', 'booth-screen');
  clerk.start({ offerNow: true });
  await settle();
  clerk.close();
  expect(types()).toEqual(['offer 1', 'bye 1']);
  expect(made[0]?.connectionState).toBe('closed');
  clerk.receive(byBooth({ type: 'join', attempt: 0 }));
  await settle();
  expect(made).toHaveLength(1);
});
