import { expect, test } from 'vitest';
import { NotProven } from '../../src/room/jws.ts';
import { beginsSharp, fingerprintOf, onlySha256 } from '../../src/room/sdp.ts';

const PRINT = Array.from({ length: 32 }, () => 'AB').join(':');
const OTHER = Array.from({ length: 32 }, () => 'CD').join(':');

const sdp = (...lines: string[]) => ['v=0', ...lines, 'm=audio 9 x 0', ''].join('\r\n');

test('only SHA-256 is left, and every other line stays as it was', () => {
  const mixed = sdp(`a=fingerprint:sha-512 ${OTHER}`, `a=fingerprint:sha-256 ${PRINT}`);
  expect(onlySha256(mixed)).toBe(sdp(`a=fingerprint:sha-256 ${PRINT}`));
});

test('the same fingerprint in every section is one', () => {
  const line = `a=fingerprint:sha-256 ${PRINT.toLowerCase()}`;
  expect(fingerprintOf(sdp(line, line))).toBe(PRINT);
});

test('two different fingerprints are refused: only one of them could be proven', () => {
  const two = sdp(`a=fingerprint:sha-256 ${PRINT}`, `a=fingerprint:sha-256 ${OTHER}`);
  expect(() => fingerprintOf(two)).toThrow(NotProven);
});

test('a description without a SHA-256 fingerprint is refused', () => {
  expect(() => fingerprintOf(sdp(`a=fingerprint:sha-512 ${PRINT}`))).toThrow(NotProven);
});

test('a first guess at the path is added to every video codec, and to nothing else', () => {
  const before = sdp(
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10',
    'a=rtpmap:96 VP8/90000',
    'a=rtpmap:97 rtx/90000',
    'a=fmtp:97 apt=96',
    'a=rtpmap:102 H264/90000',
    'a=fmtp:102 packetization-mode=1',
  );
  expect(beginsSharp(before)).toBe(
    sdp(
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 minptime=10',
      'a=rtpmap:96 VP8/90000',
      'a=fmtp:96 x-google-start-bitrate=2000',
      'a=rtpmap:97 rtx/90000',
      'a=fmtp:97 apt=96',
      'a=rtpmap:102 H264/90000',
      'a=fmtp:102 packetization-mode=1;x-google-start-bitrate=2000',
    ),
  );
});
