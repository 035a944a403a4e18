// Is the control plane there? Asked while somebody looks.

import { type Readable, Store } from '@etapiste/web/state';

export type Health = 'unknown' | 'good' | 'bad';

const EVERY_MS = 5_000;

export function watchHealth(
  fetchIt: (url: string) => Promise<{ ok: boolean }> = (url) => fetch(url, { cache: 'no-store' }),
): Readable<Health> {
  const health = new Store<Health>('unknown');
  const ask = async () => {
    if (typeof document !== 'undefined' && document.hidden) return;
    try {
      health.set((await fetchIt('/healthz')).ok ? 'good' : 'bad');
    } catch {
      health.set('bad');
    }
  };
  void ask();
  setInterval(() => void ask(), EVERY_MS);
  return health;
}
