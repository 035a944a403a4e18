// What the clerk is doing, since when, and what the clerk chooses next: states, breaks, shift's end.

import { stopwatch, timeOfDay, useLanguage } from '@etapiste/web/i18n';
import { useNow } from '@etapiste/web/state';
import { Button } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { type T, useT, wordsFor } from '../messages/index.ts';
import { nextTime, stateChangesBy } from '../state/rules.ts';
import type { Desk } from '../state/types.ts';
import { useParts } from './context.ts';
import { Menu } from './menu.tsx';

/** What waits for an answer is said by its own name. */
function stateWords(t: T, { me, offer, consult }: Desk): string {
  if (offer) return t('state.offered');
  return t(consult?.state === 'asked' ? 'state.asked' : `state.${me.state}`);
}

export function StateMenu({ desk }: { desk: Desk }) {
  const { app, clock } = useParts();
  const t = useT();
  const lang = useLanguage();
  useNow(1_000);
  const { me } = desk;
  const busy = stateChangesBy(me.state) === 'visit';
  const reason = me.state === 'break' && me.reason ? breakWords(desk, me.reason) : null;
  function breakWords({ breaks }: Desk, code: string): string {
    const named = breaks.find((each) => each.code === code)?.name;
    return named ? named[lang] : wordsFor(t, 'break', code, 'break.other');
  }
  const choose = (close: () => void, ...how: Parameters<typeof app.setState>) => {
    close();
    void app.setState(...how);
  };
  return (
    <Menu
      class="state-menu"
      label={t('state.label')}
      summary={
        <>
          <span class={`dot dot-${me.state}`} aria-hidden="true" />
          <span class="state-word">
            {stateWords(t, desk)}
            {reason ? `: ${reason}` : null}
            {me.state === 'external_busy' && me.busy_with ? `: ${t(`busy.${me.busy_with}`)}` : null}
          </span>
          <span class="state-time">{stopwatch(clock.since(me.since))}</span>
          {me.shift_until ? (
            <span class="state-shift">
              {t('state.shift_short', { time: timeOfDay(me.shift_until, lang) })}
            </span>
          ) : null}
        </>
      }
    >
      {(close) => (
        <>
          <Button
            kind="quiet"
            class="menu-item"
            pressed={me.state === 'available'}
            disabled={busy || me.state === 'external_busy'}
            onPress={() => choose(close, 'available')}
          >
            <span class="dot dot-available" aria-hidden="true" /> {t('state.available')}
          </Button>
          <section class="menu-section" aria-label={t('state.break_why')}>
            <h2>{t('state.break')}</h2>
            {desk.breaks.map(({ code }) => (
              <Button
                key={code}
                kind="quiet"
                class="menu-item"
                pressed={me.state === 'break' && me.reason === code}
                disabled={busy}
                onPress={() => choose(close, 'break', code)}
              >
                <span class="dot dot-break" aria-hidden="true" /> {breakWords(desk, code)}
              </Button>
            ))}
          </section>
          {(['back_office', 'offline'] as const).map((choice) => (
            <Button
              key={choice}
              kind="quiet"
              class="menu-item"
              pressed={me.state === choice}
              disabled={busy}
              onPress={() => choose(close, choice)}
            >
              <span class={`dot dot-${choice}`} aria-hidden="true" /> {t(`state.${choice}`)}
            </Button>
          ))}
          {busy ? <p class="menu-note">{t('state.after_visit')}</p> : null}
          <label class="menu-check">
            <input
              type="checkbox"
              checked={me.last_one}
              onChange={(event) => void app.lastOne(event.currentTarget.checked)}
            />
            <span>
              {t('state.last_one')}
              <small>{t('state.last_one.about')}</small>
            </span>
          </label>
          <ShiftEnd desk={desk} close={close} />
        </>
      )}
    </Menu>
  );
}

function ShiftEnd({ desk, close }: { desk: Desk; close: () => void }) {
  const { app, clock } = useParts();
  const t = useT();
  const { shift_until: until, may_overrun: overrun } = desk.me;
  const [time, setTime] = useState(until ? timeOfDay(until, 'en') : '');
  return (
    <form
      class="menu-shift"
      onSubmit={(event) => {
        event.preventDefault();
        const next = nextTime(time, clock.now());
        if (!next) return;
        close();
        void app.setShift(next);
      }}
    >
      <label class="field">
        {t('state.shift_until')}
        <input
          type="time"
          required
          value={time}
          aria-describedby="shift-about"
          onInput={(event) => setTime(event.currentTarget.value)}
        />
      </label>
      <Button type="submit" onPress={() => undefined} disabled={!time}>
        {t('state.shift_set')}
      </Button>
      {until ? (
        <Button
          onPress={() => {
            close();
            void app.setShift(null);
          }}
        >
          {t('state.shift_remove')}
        </Button>
      ) : null}
      <small id="shift-about">{t(overrun ? 'state.shift_overrun' : 'state.shift_about')}</small>
    </form>
  );
}
