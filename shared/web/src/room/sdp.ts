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
