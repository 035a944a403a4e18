// Something waits for the clerk's answer: how long still, and a window's title that says so.

import { useNow } from '@etapiste/web/state';
import { useEffect } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { secondsLeft } from '../state/rules.ts';
import { useParts } from './context.ts';

/** Seconds in which it can still be answered; drawn again as they pass. */
export function useSecondsLeft(asked: { expires_at: string }): number {
  const { clock } = useParts();
  useNow(250);
  return secondsLeft(asked, clock.now());
}

/** Seen also by who looks at another window. */
export function useCallingTitle(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = `● ${title}`;
    return () => {
      document.title = before;
    };
  }, [title]);
}

export function AnswerTime({ left, of }: { left: number; of: number }) {
  const t = useT();
  return (
    <p class="offer-left">
      <progress value={left} max={of} aria-label={t('offer.left_label')} />
      <span role="timer">{t('offer.left', { seconds: left })}</span>
    </p>
  );
}
