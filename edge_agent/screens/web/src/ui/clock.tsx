// The time of day, large, by the agent's clock.
import { type Lang, timeOfDay } from '@etapiste/web/i18n';
import { useNow } from '@etapiste/web/state';
import { useMemo } from 'preact/hooks';
import { clockOffset, POINT_ZONE } from '../state/clock.ts';
import type { PointState } from '../state/wire.ts';

export function useOffset(state: PointState | null): number {
  const clock = state?.clock;
  return useMemo(() => (clock ? clockOffset(clock, Date.now()) : 0), [clock]);
}

interface ClockProps {
  state: PointState;
  lang: Lang;
  /** What it is, for who does not see it. */
  label?: string;
}

export function Clock({ state, lang, label }: ClockProps) {
  const offset = useOffset(state);
  const now = useNow(1_000) + offset;
  return (
    <p class="clock">
      {label ? <span class="unseen">{label} </span> : null}
      <time dateTime={new Date(now).toISOString().slice(0, 16)}>
        {timeOfDay(now, lang, state.timezone ?? POINT_ZONE)}
      </time>
    </p>
  );
}
