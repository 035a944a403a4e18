// Which DTLS certificate does a session description name?

import { NotProven } from './jws.ts';

const FINGERPRINT = /^a=fingerprint:(\S+) (\S+)\r?$/i;

/** Leaves only SHA-256 fingerprints: with several a browser may keep one that nobody signed. */
export function onlySha256(sdp: string): string {
  return sdp
    .split(/(?<=\n)/)
    .filter((line) => {
      const found = FINGERPRINT.exec(line.trimEnd());
      return !found || found[1]?.toLowerCase() === 'sha-256';
    })
    .join('');
}

/** The one SHA-256 fingerprint of all media sections, in upper case; else `NotProven`. */
export function fingerprintOf(sdp: string): string {
  const found = new Set(
    sdp
      .split('\n')
      .map((line) => FINGERPRINT.exec(line.trimEnd()))
      .filter((match) => match?.[1]?.toLowerCase() === 'sha-256')
      .map((match) => match?.[2]?.toUpperCase() ?? ''),
  );
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) throw new NotProven('no_single_fingerprint');
  return only;
}

/** A certificate (DER) as its SHA-256 fingerprint: upper-case hex with colons (RFC 8122 §5). */
export async function fingerprintOfCertificate(der: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', der));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
}

/** Kilobits a second with which a picture begins, before anything is known of the path. */
const FIRST_KBPS = 2_000;

/**
 * The other side's description, with a first guess at the path that a face's first frame needs.
 * Chromium begins at 300 kbit/s and takes a third of a second for one key frame; congestion
 * control goes on from here as ever, and browsers that do not know the parameter pass over it.
 */
export function beginsSharp(sdp: string): string {
  const video = /^a=rtpmap:(\d+) (?:VP8|VP9|AV1|H264|H265)\/90000\r?$/i;
  const kinds = new Set(sdp.split('\n').map((line) => video.exec(line)?.[1] ?? ''));
  const added = `x-google-start-bitrate=${FIRST_KBPS}`;
  const known = new Set<string>();
  const widened = sdp.replace(/^a=fmtp:(\d+) ([^\r\n]*)/gm, (line, kind: string) => {
    if (!kinds.has(kind)) return line;
    known.add(kind);
    return `${line};${added}`;
  });
  return widened.replace(/^a=rtpmap:(\d+) [^\r\n]*(\r?\n)/gm, (line, kind: string, end: string) =>
    kinds.has(kind) && !known.has(kind) ? `${line}a=fmtp:${kind} ${added}${end}` : line,
  );
}
