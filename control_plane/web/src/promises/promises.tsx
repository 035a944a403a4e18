// Were the promised waiting times kept? A table by agency, matter or service point.

import { localeOf, useLanguage } from '@etapiste/web/i18n';
import { Announcer, Button, Notice, Spinner } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import { useT, wordsFor } from '../messages/index.ts';
import { PageHead } from '../page-head.tsx';
import { type Api, Refusal } from '../state/api.ts';
import { firstDay, PERIODS } from '../state/periods.ts';
import type { PromiseRow, PromiseSummary, PromisesBy } from '../state/types.ts';

const BY = ['agency', 'service', 'point'] as const;
const REFUSED: Record<string, 'promises.signed_out' | 'promises.not_allowed'> = {
  not_signed_in: 'promises.signed_out',
  not_allowed: 'promises.not_allowed',
};

export function Promises({ api, now }: { api: Api; now: () => Date }) {
  const t = useT();
  const [by, setBy] = useState<PromisesBy>('agency');
  const [days, setDays] = useState<number>(PERIODS[1]);
  const [told, setTold] = useState<PromiseSummary | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    document.title = `${t('promises.title')} – ${t('app.name')}`;
  }, [t]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: «again» is what asks once more
  useEffect(() => {
    let current = true;
    setRefused(null);
    api.promises(by, firstDay(now(), days)).then(
      (summary) => current && setTold(summary),
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        if (current) setRefused(error.code);
      },
    );
    return () => {
      current = false;
    };
  }, [api, by, days, again, now]);
  return (
    <>
      <Announcer />
      <PageHead />
      <main class="plain-main">
        <h1>{t('promises.title')}</h1>
        <p class="lead">{t('promises.lead')}</p>
        <form class="promises-choice" onSubmit={(event) => event.preventDefault()}>
          <label>
            {t('promises.by')}
            <select value={by} onChange={(event) => setBy(event.currentTarget.value as PromisesBy)}>
              {BY.map((each) => (
                <option key={each} value={each}>
                  {t(`promises.by.${each}`)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t('promises.period')}
            <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
              {PERIODS.map((each) => (
                <option key={each} value={each}>
                  {each === 1 ? t('promises.today') : t('promises.days', { count: each })}
                </option>
              ))}
            </select>
          </label>
        </form>
        {refused === null ? (
          <Told told={told} />
        ) : (
          <>
            <Notice tone="bad" live="status">
              {REFUSED[refused]
                ? t(REFUSED[refused])
                : `${t('promises.failed')} ${wordsFor(t, 'refusal', refused, 'refusal.unknown')}`}
            </Notice>
            {refused === 'not_signed_in' ? (
              <a href="sign-in.html">{t('start.sign_in')}</a>
            ) : (
              <p>
                <Button onPress={() => setAgain(again + 1)}>{t('app.try_again')}</Button>
              </p>
            )}
          </>
        )}
      </main>
    </>
  );
}

function Told({ told }: { told: PromiseSummary | null }) {
  const t = useT();
  const lang = useLanguage();
  if (told === null) return <Spinner label={t('app.loading')} />;
  if (told.rows.length === 0) return <p role="status">{t('promises.empty')}</p>;
  const day = (date: string) => new Date(`${date}T12:00:00`).toLocaleDateString(localeOf(lang));
  return (
    <>
      <section class="promises-table" tabIndex={0} aria-labelledby="promises-caption">
        <table>
          <caption id="promises-caption">
            {t(`promises.by.${told.by}`)},{' '}
            {t('promises.between', { since: day(told.since), until: day(told.until) })}
          </caption>
          <thead>
            <tr>
              <th scope="col">{t(`promises.name.${told.by}`)}</th>
              <th scope="col">{t('promises.promised')}</th>
              <th scope="col">{t('promises.share')}</th>
              <th scope="col">{t('promises.within')}</th>
              <th scope="col">{t('promises.above')}</th>
              <th scope="col">{t('promises.below')}</th>
              <th scope="col">{t('promises.off')}</th>
              <th scope="col">{t('promises.unknown')}</th>
            </tr>
          </thead>
          <tbody>
            {told.rows.map((row) => (
              <Row key={`${row.agency}/${row.code}`} row={row} smallest={told.smallest_cell} />
            ))}
          </tbody>
        </table>
      </section>
      <p class="promises-note">{t('promises.hidden_note', { count: told.smallest_cell })}</p>
    </>
  );
}

function Row({ row, smallest }: { row: PromiseRow; smallest: number }) {
  const t = useT();
  const lang = useLanguage();
  const cell = (count: number | null) =>
    count === null ? <small>{t('promises.hidden', { count: smallest })}</small> : count;
  const untold = <small>{t('promises.not_told')}</small>;
  return (
    <tr>
      <th scope="row">{row.name[lang]}</th>
      <td>{row.promised === null ? untold : row.promised}</td>
      <td>
        {row.within_percent === null
          ? untold
          : t('promises.about', { percent: row.within_percent })}
      </td>
      <td>{cell(row.within)}</td>
      <td>{cell(row.above)}</td>
      <td>{cell(row.below)}</td>
      <td>
        {row.median_off_min === null
          ? untold
          : t('promises.minutes', { count: row.median_off_min })}
      </td>
      <td>{cell(row.unknown)}</td>
    </tr>
  );
}
