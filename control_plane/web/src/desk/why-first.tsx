// Why does this number stand where it stands, and what was decided about it?

import { type Lang, minutes, timeOfDay, useLanguage } from '@etapiste/web/i18n';
import { Button, Dialog, Notice, Spinner } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import { type T, useT, whyNot } from '../messages/index.ts';
import type { QueueRow, Why, WhyBefore, WhyDecision } from '../state/types.ts';
import { useParts } from './context.ts';

const MOST_NAMED = 5;

export function WhyFirst({ row, close }: { row: QueueRow; close: () => void }) {
  const { app } = useParts();
  const t = useT();
  const [why, setWhy] = useState<Why | null | undefined>(undefined);
  const ticketId = row.ticket_id;
  useEffect(() => {
    void app.why(ticketId).then(setWhy);
  }, [app, ticketId]);
  return (
    <Dialog title={t('why_first.title', { number: row.number })} onClose={close}>
      <div class="why-first" aria-live="polite">
        {why === undefined ? <Spinner label={t('app.loading')} /> : null}
        {why === null ? <Notice tone="bad">{t('why_first.failed')}</Notice> : null}
        {why ? <Reasons why={why} /> : null}
      </div>
      <div class="dialog-actions">
        <Button kind="primary" autoFocus onPress={close}>
          {t('app.close')}
        </Button>
      </div>
    </Dialog>
  );
}

function Reasons({ why }: { why: Why }) {
  const t = useT();
  const lang = useLanguage();
  const { head_start_s: head = 0, shorter_s: shorter = 0, waited_s } = why.score;
  const wait = minutes(waited_s, lang);
  return (
    <>
      <p>
        <strong>
          {why.place === null ? t('why_first.gone', { wait }) : null}
          {why.place === 1 ? t('why_first.first', { wait }) : null}
          {why.place !== null && why.place > 1
            ? t('why_first.place', { place: why.place, wait })
            : null}
        </strong>
      </p>
      {why.returned ? <p>{t('why_first.returned')}</p> : null}
      {head > 0 ? <p>{t('why_first.head_start', { wait: minutes(head, lang) })}</p> : null}
      {shorter > 0 ? <p>{t('why_first.shorter', { wait: minutes(shorter, lang) })}</p> : null}
      {shorter < 0 ? <p>{t('why_first.longer', { wait: minutes(-shorter, lang) })}</p> : null}
      {why.before.length > 0 ? (
        <>
          <h3>{t('why_first.before')}</h3>
          <Before list={why.before} count={(why.place ?? 1) - 1} />
        </>
      ) : null}
      {why.decisions.length > 0 ? (
        <>
          <h3>{t('why_first.decisions')}</h3>
          <ul>
            {why.decisions.map((made) => (
              <Decision key={made.at} made={made} />
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}

function Decision({ made }: { made: WhyDecision }) {
  const t = useT();
  const lang = useLanguage();
  return (
    <li>
      {timeOfDay(made.at, lang)}: {t(`why_first.kind.${made.kind}`)}.{' '}
      {made.ahead === 0 ? t('why_first.none_passed') : t('why_first.passed', { count: made.ahead })}
      {made.ahead > 0 ? <Before list={made.passed} count={made.ahead} /> : null}
    </li>
  );
}

/** The clerk of a decision need not be the one who reads of it. */
function whyPassed(t: T, code: string): string {
  if (code === 'language' || code === 'skill' || code === 'clearance')
    return t(`why_first.passed.${code}`);
  return whyNot(t, [code]);
}

function whyBefore(t: T, lang: Lang, each: WhyBefore): string {
  if (each.because === 'class' && each.booked_for)
    return t('why_first.because.booked', { time: timeOfDay(each.booked_for, lang) });
  return t(each.returned ? 'why_first.because.returned' : `why_first.because.${each.because}`);
}

/** The first few by number, and how many more there are. */
function Before({ list, count }: { list: readonly WhyBefore[]; count: number }) {
  const t = useT();
  const lang = useLanguage();
  const named = list.slice(0, MOST_NAMED);
  return (
    <ul>
      {named.map((each) => (
        <li key={each.ticket_id}>
          {each.number === null
            ? t('why_first.some_number')
            : t('why_first.number', { number: each.number })}
          {': '}
          {each.why_not.length > 0
            ? each.why_not.map((code) => whyPassed(t, code)).join('; ')
            : whyBefore(t, lang, each)}
        </li>
      ))}
      {count > named.length ? (
        <li>{t('why_first.more', { count: count - named.length })}</li>
      ) : null}
    </ul>
  );
}
