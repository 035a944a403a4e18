// An issuer and certified parties, for tests.

import { P256, signJws, thumbprint, toBase64Url } from '../../src/room/jws.ts';
import { STATEMENT_TYPE } from '../../src/room/trust.ts';
import type { KeyStatement } from '../../src/wire.ts';

export interface Issuer {
  jwk: JsonWebKey;
  certify(key: CryptoKeyPair, claims: Omit<KeyStatement, 'jwk'>): Promise<string>;
}

export async function makeKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(P256, true, ['sign', 'verify']);
}

export async function makeIssuer(): Promise<Issuer> {
  const own = await makeKey();
  const jwk = await crypto.subtle.exportKey('jwk', own.publicKey);
  const kid = await thumbprint(jwk);
  return {
    jwk,
    async certify(key, claims) {
      const subject = await crypto.subtle.exportKey('jwk', key.publicKey);
      const token = await signJws(STATEMENT_TYPE, { ...claims, jwk: subject }, own.privateKey);
      // The library signs proofs only, which name no key; an issuer's header does.
      const [, body] = token.split('.');
      const head = toBase64Url(
        new TextEncoder().encode(JSON.stringify({ alg: 'ES256', typ: STATEMENT_TYPE, kid })),
      );
      const signature = await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        own.privateKey,
        new TextEncoder().encode(`${head}.${body}`),
      );
      return `${head}.${body}.${toBase64Url(new Uint8Array(signature))}`;
    },
  };
}
