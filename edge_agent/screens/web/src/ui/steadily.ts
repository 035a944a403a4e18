// Something every few seconds, also in a hidden window, where a page's own timers stall.

export function steadily(ms: number, act: () => void): void {
  const worker = new Worker(new URL('./steadily.worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', act);
  worker.postMessage(ms);
}
