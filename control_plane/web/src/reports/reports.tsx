// What happened in a day, a week or a month? Choices above, the report below.

import { useLanguage } from '@etapiste/web/i18n';
import { Announcer, Button, Notice, Spinner } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import { useT, wordsFor } from '../messages/index.ts';
import { OfficeLinks } from '../office-links.tsx';
import { PageHead } from '../page-head.tsx';
import { type Api, Refusal } from '../state/api.ts';
import { beside, today, UNITS } from '../state/report-periods.ts';
import type { Report, ReportChoice, ReportRow, ReportUnit, Session } from '../state/types.ts';
import { Groups } from './groups.tsx';

const FORMS = ['csv', 'xlsx', 'parquet'] as const;
const REFUSED: Record<string, 'reports.signed_out' | 'reports.not_allowed'> = {
  not_signed_in: 'reports.signed_out',
  not_allowed: 'reports.not_allowed',
};

type Names = Record<'agencies' | 'points', readonly ReportRow[]>;

export function Reports({ api, now }: { api: Api; now: () => Date }) {
  const t = useT();
  const [choice, setChoice] = useState<ReportChoice>(() => ({ unit: 'day', day: today(now()) }));
  const [told, setTold] = useState<Report | null>(null);
  const [names, setNames] = useState<Names>({ agencies: [], points: [] });
  const [refused, setRefused] = useState<string | null>(null);
  const [again, setAgain] = useState(0);
  const [session, setSession] = useState<Session | null>(null);
  useEffect(() => {
    // Who is not signed in is told so by the report itself.
    api.session().then(setSession, () => setSession(null));
  }, [api]);
  useEffect(() => {
    document.title = `${t('reports.title')} – ${t('app.name')}`;
  }, [t]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: «again» is what asks once more
  useEffect(() => {
    let current = true;
    setRefused(null);
    setTold(null);
    api.report(choice).then(
      (report) => {
        if (!current) return;
        setTold(report);
        // What was chosen leaves out the others: the choices stay those of the whole.
        if (!choice.agency && !choice.point) setNames(report);
      },
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        if (current) setRefused(error.code);
      },
    );
    return () => {
      current = false;
    };
  }, [api, choice, again]);
  return (
    <>
      <Announcer />
      <PageHead />
      <main class="plain-main reports-main">
        <h1>{t('reports.title')}</h1>
        <OfficeLinks session={session} here="reports" />
        <p class="lead">{t('reports.lead')}</p>
        {refused === 'not_signed_in' || refused === 'not_allowed' ? null : (
          <Choices choice={choice} names={names} onChoose={setChoice} />
        )}
        {refused === null ? (
          <Told choice={choice} told={told} />
        ) : (
          <>
            <Notice tone="bad" live="status">
              {REFUSED[refused]
                ? t(REFUSED[refused])
                : `${t('reports.failed')} ${wordsFor(t, 'refusal', refused, 'refusal.unknown')}`}
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

interface ChoicesProps {
  choice: ReportChoice;
  names: Names;
  onChoose: (choice: ReportChoice) => void;
}

function Choices({ choice, names, onChoose }: ChoicesProps) {
  const t = useT();
  const step = (by: number) => onChoose({ ...choice, day: beside(choice.unit, choice.day, by) });
  const choose = (what: 'agency' | 'point', code: string) => {
    const { [what]: _, ...rest } = choice;
    onChoose(code ? { ...rest, [what]: code } : rest);
  };
  return (
    <form class="reports-choice" onSubmit={(event) => event.preventDefault()}>
      <label>
        {t('reports.unit')}
        <select
          value={choice.unit}
          onChange={(event) =>
            onChoose({ ...choice, unit: event.currentTarget.value as ReportUnit })
          }
        >
          {UNITS.map((each) => (
            <option key={each} value={each}>
              {t(`reports.unit.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <div class="reports-day">
        <Button kind="quiet" label={t('reports.before')} onPress={() => step(-1)}>
          <span aria-hidden="true">‹</span>
        </Button>
        <label>
          {t('reports.day')}
          <input
            type="date"
            value={choice.day}
            min="2000-01-01"
            max="2999-12-31"
            required
            onChange={(event) => {
              if (event.currentTarget.checkValidity())
                onChoose({ ...choice, day: event.currentTarget.value });
            }}
          />
        </label>
        <Button kind="quiet" label={t('reports.after')} onPress={() => step(1)}>
          <span aria-hidden="true">›</span>
        </Button>
      </div>
      {names.agencies.length > 0 ? (
        <Of
          what="agency"
          rows={names.agencies}
          chosen={choice.agency}
          onChoose={(code) => choose('agency', code)}
        />
      ) : null}
      {names.points.length > 0 ? (
        <Of
          what="point"
          rows={names.points}
          chosen={choice.point}
          onChoose={(code) => choose('point', code)}
        />
      ) : null}
    </form>
  );
}

interface OfProps {
  what: 'agency' | 'point';
  rows: readonly ReportRow[];
  chosen: string | undefined;
  onChoose: (code: string) => void;
}

function Of({ what, rows, chosen, onChoose }: OfProps) {
  const t = useT();
  const lang = useLanguage();
  return (
    <label>
      {t(`reports.${what}`)}
      <select value={chosen ?? ''} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{t(`reports.${what}.all`)}</option>
        {rows.map((row) => (
          <option key={row.code} value={row.code}>
            {row.name[lang]}
          </option>
        ))}
      </select>
    </label>
  );
}

function Told({ choice, told }: { choice: ReportChoice; told: Report | null }) {
  const t = useT();
  const lang = useLanguage();
  if (told === null) return <Spinner label={t('app.loading')} />;
  const query = new URLSearchParams({ ...choice, language: lang });
  return (
    <>
      <p class="reports-files">
        <span>{t('reports.files')}:</span>
        {FORMS.map((form) => (
          <a key={form} href={`/api/v1/reports/visits/file?form=${form}&${query}`} download>
            {form.toUpperCase()}
          </a>
        ))}
        <Button kind="quiet" icon="printer" onPress={() => window.print()}>
          {t('reports.print')}
        </Button>
      </p>
      <Groups report={told} />
    </>
  );
}
