// Compact JWS with ES256 (RFC 7515, RFC 7518 §3.4) by WebCrypto, as `shared/signing.py` has it.

/** A signature, its audience or its time does not hold; `reason` is a fixed phrase. */
export class NotProven extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = 'NotProven';
    this.reason = reason;
  }
}

const ES256 = { name: 'ECDSA', hash: 'SHA-256' } as const;
export const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export interface Opened {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
}

export async function signJws(typ: string, claims: object, key: CryptoKey): Promise<string> {
  const head = encode(JSON.stringify({ alg: 'ES256', typ }));
  const signed = `${head}.${encode(JSON.stringify(claims))}`;
  const signature = await crypto.subtle.sign(ES256, key, new TextEncoder().encode(signed));
  return `${signed}.${toBase64Url(new Uint8Array(signature))}`;
}

/** Opens a token signed by the key that `findKey` names for its header; else `NotProven`. */
export async function openJws(
  token: string,
  typ: string,
  findKey: (header: Record<string, unknown>) => Promise<CryptoKey | null>,
): Promise<Opened> {
  const [head, body, signature, ...rest] = token.split('.');
  if (!head || !body || !signature || rest.length > 0) throw new NotProven('bad_signature');
  const header = decode(head);
  if (header['alg'] !== 'ES256' || header['crit'] !== undefined) {
    throw new NotProven('bad_signature');
  }
  if (header['typ'] !== typ) throw new NotProven('wrong_type');
  const key = await findKey(header);
  if (!key) throw new NotProven('bad_signature');
  const holds = await crypto.subtle.verify(
    ES256,
    key,
    bytesOf(signature),
    new TextEncoder().encode(`${head}.${body}`),
  );
  if (!holds) throw new NotProven('bad_signature');
  return { header, claims: decode(body) };
}

export async function importPublicKey(jwk: unknown): Promise<CryptoKey> {
  const { kty, crv, x, y } = (jwk ?? {}) as JsonWebKey;
  if (kty !== 'EC' || crv !== 'P-256' || !x || !y) throw new NotProven('malformed');
  try {
    return await crypto.subtle.importKey('jwk', { kty, crv, x, y }, P256, true, ['verify']);
  } catch {
    throw new NotProven('malformed');
  }
}

/** A key's name: its JWK thumbprint (RFC 7638). */
export async function thumbprint(jwk: JsonWebKey): Promise<string> {
  const { crv, kty, x, y } = jwk;
  const canonical = JSON.stringify({ crv, kty, x, y });
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical));
  return toBase64Url(new Uint8Array(digest));
}

export function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function encode(text: string): string {
  return toBase64Url(new TextEncoder().encode(text));
}

function bytesOf(part: string): Uint8Array<ArrayBuffer> {
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    throw new NotProven('bad_signature');
  }
}

function decode(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytesOf(part)));
    if (value && typeof value === 'object') return value as Record<string, unknown>;
  } catch {
    // Falls through: not JSON is as malformed as not an object.
  }
  throw new NotProven('malformed');
}
