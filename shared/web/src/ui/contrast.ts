// Normal or high contrast, for the whole page.

import { Store, useStore } from '../state.ts';

export type Contrast = 'normal' | 'high';

export const contrast = new Store<Contrast>('normal');

export function setContrast(next: Contrast): void {
  contrast.set(next);
  document.documentElement.dataset['contrast'] = next;
}

export function useContrast(): Contrast {
  return useStore(contrast);
}
