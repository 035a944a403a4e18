// The clerk's session key: made here, kept over a reload, never readable, gone at sign-out.

import { P256 } from './jws.ts';

const DATABASE = 'etapiste';
const STORE = 'session-key';
const SLOT = 'current';

export interface SessionKey {
  pair: CryptoKeyPair;
  /** Whose it is; a key of somebody who was signed in before is not used. */
  staffId: string;
  /** The issuer's word about the public key, empty until it is certified. */
  statement: string;
  /** Unix seconds. */
  expiresAt: number;
}

export async function makeSessionKey(staffId: string): Promise<SessionKey> {
  const pair = await crypto.subtle.generateKey(P256, false, ['sign', 'verify']);
  return { pair, staffId, statement: '', expiresAt: 0 };
}

/** The public half, as `POST /session/key` takes it. */
export async function publicJwk(key: SessionKey): Promise<JsonWebKey> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key.pair.publicKey);
  return { kty, crv, x, y } as JsonWebKey;
}

export async function loadSessionKey(): Promise<SessionKey | null> {
  const found = await inStore<SessionKey | undefined>('readonly', (store) => store.get(SLOT));
  return found ?? null;
}

export async function saveSessionKey(key: SessionKey): Promise<void> {
  await inStore('readwrite', (store) => store.put(key, SLOT));
}

export async function forgetSessionKey(): Promise<void> {
  await inStore('readwrite', (store) => store.delete(SLOT));
}

async function inStore<T>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest,
): Promise<T> {
  const database = await settled<IDBDatabase>(() => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    return request;
  });
  try {
    return await settled<T>(() => ask(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function settled<T>(start: () => IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = start();
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });
}
