// Which queue is closed, how, until when, and what is the visitor told to do instead?

import { useLanguage } from '@etapiste/web/i18n';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { waitingIn } from '../state/supervision.ts';
import type { ClosingKind, NewClosing, Supervision } from '../state/types.ts';
import { useParts } from './context.ts';
import { ReasonDialog } from './reason-dialog.tsx';

const KINDS: readonly ClosingKind[] = ['now', 'ahead', 'contingent', 'emergency'];
const WAYS = ['ask', 'book', 'another_day', 'call', 'service'] as const;
const MOST = 9999;

interface Choice {
  agency: string;
  point: string | null;
  service: string | null;
  kind: ClosingKind;
  most: number;
  way: (typeof WAYS)[number];
  other: string | null;
  todayOnly: boolean;
}

export function CloseDialog({ board, close }: { board: Supervision; close: () => void }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const [choice, setChoice] = useState<Choice>({
    agency: board.agencies[0]?.code ?? '',
    point: null,
    service: null,
    kind: 'now',
    most: 20,
    way: 'ask',
    other: null,
    todayOnly: true,
  });
  const choose = (change: Partial<Choice>) => setChoice((before) => ({ ...before, ...change }));
  const services = board.services.filter(({ agency }) => agency === choice.agency);
  const others = services.filter(({ code }) => code !== choice.service);
  const mostIsRight = Number.isInteger(choice.most) && choice.most >= 1 && choice.most <= MOST;
  const emergency = choice.kind === 'emergency';
  return (
    <ReasonDialog
      title={t('board.close_title')}
      act={
        emergency
          ? t('board.emergency_sure', { count: waitingIn(board, choice) })
          : t(choice.kind === 'now' ? 'board.how.now' : 'board.close')
      }
      danger={emergency}
      ready={
        (choice.kind !== 'contingent' || mostIsRight) &&
        (choice.way !== 'service' || choice.other !== null)
      }
      done={(reason) => app.close(asked(choice, reason))}
      close={close}
    >
      <fieldset class="form">
        <legend>{t('board.close_which')}</legend>
        {board.agencies.length > 1 ? (
          <label class="field">
            {t('board.close_agency')}
            <select
              value={choice.agency}
              onChange={(event) =>
                choose({ agency: event.currentTarget.value, service: null, other: null })
              }
            >
              {board.agencies.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name[lang]}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        <label class="field">
          {t('board.service')}
          <select
            data-autofocus
            value={choice.service ?? ''}
            onChange={(event) =>
              choose({ service: event.currentTarget.value || null, other: null })
            }
          >
            <option value="">{t('board.every_service')}</option>
            {services.map(({ code, name }) => (
              <option key={code} value={code}>
                {name[lang]}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          {t('board.point')}
          <select
            value={choice.point ?? ''}
            onChange={(event) => choose({ point: event.currentTarget.value || null })}
          >
            <option value="">{t('board.everywhere')}</option>
            {board.points.map(({ code, name }) => (
              <option key={code} value={code}>
                {name[lang]}
              </option>
            ))}
          </select>
        </label>
      </fieldset>
      <fieldset class="choices">
        <legend>{t('board.close_how')}</legend>
        {KINDS.map((kind) => (
          <label key={kind}>
            <input
              type="radio"
              name="kind"
              checked={choice.kind === kind}
              // A contingent and closing ahead are rules that last; the others are for a day.
              onChange={() => choose({ kind, todayOnly: kind === 'now' || kind === 'emergency' })}
            />
            <span>
              {t(`board.how.${kind}`)}
              <small>{t(`board.how.${kind}.about`)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {choice.kind === 'contingent' ? (
        <label class="field">
          {t('board.most')}
          <input
            type="number"
            min={1}
            max={MOST}
            required
            value={choice.most}
            onInput={(event) => choose({ most: event.currentTarget.valueAsNumber })}
          />
        </label>
      ) : null}
      <label class="field">
        {t('board.close_instead')}
        <select
          value={choice.way}
          onChange={(event) =>
            choose({ way: event.currentTarget.value as Choice['way'], other: null })
          }
        >
          {/* Another service can take over only what is not closed with it. */}
          {WAYS.filter((way) => way !== 'service' || choice.service !== null).map((way) => (
            <option key={way} value={way}>
              {t(`board.way.${way}`)}
            </option>
          ))}
        </select>
      </label>
      {choice.way === 'service' ? (
        <label class="field">
          {t('board.other_service')}
          <select
            value={choice.other ?? ''}
            onChange={(event) => choose({ other: event.currentTarget.value || null })}
          >
            <option value="">{t('board.none')}</option>
            {others.map(({ code, name }) => (
              <option key={code} value={code}>
                {name[lang]}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <label class="menu-check">
        <input
          type="checkbox"
          checked={choice.todayOnly}
          onChange={(event) => choose({ todayOnly: event.currentTarget.checked })}
        />
        {t('board.today_only')}
      </label>
    </ReasonDialog>
  );
}

function asked(choice: Choice, reason: string): NewClosing {
  return {
    agency: choice.agency,
    point: choice.point,
    service: choice.service,
    kind: choice.kind,
    most: choice.kind === 'contingent' ? choice.most : null,
    instead: choice.way,
    instead_service: choice.way === 'service' ? choice.other : null,
    today_only: choice.todayOnly,
    reason,
  };
}
