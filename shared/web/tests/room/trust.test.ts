import { beforeAll, describe, expect, test } from 'vitest';
import { NotProven } from '../../src/room/jws.ts';
import { IssuerChecker, SessionKeyProver } from '../../src/room/trust.ts';
import type { KeyStatement, Signal } from '../../src/wire.ts';
import { type Issuer, makeIssuer, makeKey } from './people.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const ROOM = '0190d0c2-0000-7000-8000-000000000001';
const PRINT = Array.from({ length: 32 }, () => 'AB').join(':');

let issuer: Issuer;
let key: CryptoKeyPair;

beforeAll(async () => {
  issuer = await makeIssuer();
  key = await makeKey();
});

const clock = () => NOW;

async function boothSignal(
  change: { statement?: Partial<KeyStatement>; signal?: Partial<Signal>; madeAt?: number } = {},
): Promise<Signal> {
  const statement = await issuer.certify(key, {
    sub: 'd-salla-01',
    holder: 'device',
    exp: NOW / 1000 + 3600,
    ...change.statement,
  });
  const prover = new SessionKeyProver(
    'booth-screen',
    key.privateKey,
    statement,
    () => change.madeAt ?? NOW,
  );
  const vouched = await prover.prove({
    room: ROOM,
    towards: 'clerk',
    attempt: 3,
    fingerprint: PRINT,
  });
  return {
    room_id: ROOM,
    sender: 'booth-screen',
    receiver: 'clerk',
    attempt: 3,
    type: 'answer',
    ...vouched,
    ...change.signal,
  };
}

function check(signal: Signal, fingerprint = PRINT): Promise<void> {
  return new IssuerChecker([issuer.jwk], clock).check(signal, fingerprint);
}

async function reasonOf(checked: Promise<void>): Promise<string> {
  const error = await checked.then(
    () => null,
    (caught: unknown) => caught,
  );
  return error instanceof NotProven ? error.reason : 'proven';
}

test('a certified booth that vouches for its certificate is believed', async () => {
  await expect(check(await boothSignal())).resolves.toBeUndefined();
});

describe('it is not believed', () => {
  test('when the fingerprint is another one', async () => {
    const other = PRINT.replace('AB', 'CD');
    expect(await reasonOf(check(await boothSignal(), other))).toBe('wrong_fingerprint');
  });

  test('when the proof is for another attempt, room, sender or receiver', async () => {
    for (const signal of [
      { attempt: 4 },
      { room_id: '0190d0c2-0000-7000-8000-000000000002' },
      { sender: 'booth-agent' as const },
      { receiver: 'interpreter' as const },
    ]) {
      expect(await reasonOf(check(await boothSignal({ signal })))).toBe('wrong_room');
    }
  });

  test('when the proof is older or newer than two minutes', async () => {
    for (const madeAt of [NOW - 121_000, NOW + 121_000]) {
      expect(await reasonOf(check(await boothSignal({ madeAt })))).toBe('expired');
    }
  });

  test('when the statement has run out', async () => {
    const signal = await boothSignal({ statement: { exp: NOW / 1000 } });
    expect(await reasonOf(check(signal))).toBe('expired');
  });

  test('when a person holds the key and not a device', async () => {
    const signal = await boothSignal({ statement: { holder: 'staff' } });
    expect(await reasonOf(check(signal))).toBe('wrong_holder');
  });

  test('when somebody else issued the statement', async () => {
    const stranger = await makeIssuer();
    const checker = new IssuerChecker([stranger.jwk], clock);
    expect(await reasonOf(checker.check(await boothSignal(), PRINT))).toBe('bad_signature');
  });

  test('when one letter of the proof was changed', async () => {
    const signal = await boothSignal();
    const [head, body, signature] = (signal.proof ?? '').split('.');
    const forged = `${head}.${body?.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))}.${signature}`;
    expect(await reasonOf(check({ ...signal, proof: forged }))).toBe('bad_signature');
  });

  test('when a statement is given in place of a proof', async () => {
    const signal = await boothSignal();
    expect(await reasonOf(check({ ...signal, proof: signal.statement ?? '' }))).toBe('wrong_type');
  });

  test('when there is nothing to check', async () => {
    const signal = await boothSignal({ signal: { proof: '', statement: '' } });
    expect(await reasonOf(check(signal))).toBe('bad_signature');
  });

  test('when another device sits where the visit has its booth', async () => {
    const room = new IssuerChecker([issuer.jwk], clock).forRoom({
      'booth-screen': 'd-salla-01',
      'booth-agent': 'd-salla-01',
    });
    const stranger = { statement: { sub: 'd-inari-01' } };
    expect(await reasonOf(room.check(await boothSignal(stranger), PRINT))).toBe('another_holder');
    expect(await reasonOf(room.check(await boothSignal(), PRINT))).toBe('proven');
  });

  test('when the screen is of another device than the agent before it', async () => {
    const checker = new IssuerChecker([issuer.jwk], clock);
    await checker.check(await boothSignal(), PRINT);
    const other = await boothSignal({ statement: { sub: 'd-inari-01' } });
    expect(await reasonOf(checker.check(other, PRINT))).toBe('another_holder');
  });
});
