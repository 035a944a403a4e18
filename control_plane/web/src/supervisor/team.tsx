// What does each clerk do, since when and why? A supervisor may set it; the clerk is told.

import { stopwatch, useLanguage } from '@etapiste/web/i18n';
import { useNow, useStore } from '@etapiste/web/state';
import { Button } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { stateChangesBy } from '../state/rules.ts';
import { team } from '../state/supervision.ts';
import type { Choosable, Member, Supervision } from '../state/types.ts';
import { useParts } from './context.ts';
import { ReasonDialog } from './reason-dialog.tsx';

export function Team({ board }: { board: Supervision }) {
  const { app, clock } = useParts();
  const t = useT();
  const busy = useStore(app.busy);
  const [asked, setAsked] = useState<Member | null>(null);
  useNow(1_000);
  const all = team(board.clerks);
  const away = all.filter(({ state }) => state === 'offline');
  return (
    <section aria-labelledby="clerks-title">
      <div class="board-head">
        <h2 id="clerks-title">{t('board.clerks')}</h2>
        <p class="quiet">{t('board.off_duty_count', { count: away.length })}</p>
      </div>
      {all.length === 0 ? (
        <p class="quiet">{t('board.no_clerks')}</p>
      ) : (
        <div class="scrolls scrolls-tall" tabIndex={0} role="group" aria-labelledby="clerks-title">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('board.clerk')}</th>
                <th scope="col">{t('board.clerk_state')}</th>
                <th scope="col">{t('board.since')}</th>
                <th scope="col">
                  <span class="unseen">{t('board.act')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((clerk) => (
                <tr key={clerk.id} class={clerk.state === 'offline' ? 'row-away' : ''}>
                  <th scope="row">{clerk.name}</th>
                  <td>
                    <span class="state">
                      <span class={`dot dot-${clerk.state}`} aria-hidden="true" />
                      {t(`state.${clerk.state}`)}
                    </span>
                    <Why clerk={clerk} />
                  </td>
                  <td class="count">{stopwatch(clock.since(clerk.since))}</td>
                  <td class="row-act">
                    <Button disabled={busy} onPress={() => setAsked(clerk)}>
                      {t('board.set_state')}
                      <span class="unseen"> {clerk.name}</span>
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {asked ? <StateDialog clerk={asked} close={() => setAsked(null)} /> : null}
    </section>
  );
}

function Why({ clerk }: { clerk: Member }) {
  const t = useT();
  return (
    <>
      {clerk.forced ? <small class="tag tag-apart">{t('board.by_supervisor')}</small> : null}
      {clerk.last_one ? <small class="tag tag-apart">{t('board.last_one')}</small> : null}
    </>
  );
}

const CHOICES: readonly Choosable[] = ['available', 'break', 'offline'];

function StateDialog({ clerk, close }: { clerk: Member; close: () => void }) {
  const { app } = useParts();
  const t = useT();
  const inVisit = stateChangesBy(clerk.state) === 'visit';
  const choices = CHOICES.filter((each) =>
    // In a visit only the break after it can be set, or taken back.
    inVisit ? each === (clerk.last_one ? 'available' : 'break') : each !== clerk.state,
  );
  const [state, setState] = useState<Choosable>(choices[0] ?? 'break');
  return (
    <ReasonDialog
      title={t('board.set_state_title', { name: clerk.name })}
      act={t('board.set_state')}
      done={(reason) => app.force(clerk.id, state, reason)}
      close={close}
    >
      {inVisit ? <p>{t('board.set_state_visit')}</p> : null}
      <fieldset class="choices">
        <legend>{t('board.clerk_state')}</legend>
        {choices.map((each, at) => (
          <label key={each}>
            <input
              type="radio"
              name="state"
              data-autofocus={at === 0 || undefined}
              checked={state === each}
              onChange={() => setState(each)}
            />
            {t(`state.${each}`)}
          </label>
        ))}
      </fieldset>
    </ReasonDialog>
  );
}

/** Over the agencies' fences: how many clerks are in which state, and no names. */
export function States({ board }: { board: Supervision }) {
  const t = useT();
  const lang = useLanguage();
  const present = board.agencies.filter(({ code }) =>
    board.states.some((each) => each.agency === code && each.state !== 'offline'),
  );
  return (
    <section aria-labelledby="clerks-title">
      <h2 id="clerks-title">{t('board.clerks')}</h2>
      {present.length === 0 ? <p class="quiet">{t('board.no_clerks_on_duty')}</p> : null}
      <ul class="plain rows">
        {present.map(({ code, name }) => (
          <li key={code}>
            <strong>{name[lang]}</strong>
            <span>
              {board.states
                .filter((each) => each.agency === code && each.state !== 'offline')
                .map((each) => `${t(`state.${each.state}`)} ${each.count}`)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
