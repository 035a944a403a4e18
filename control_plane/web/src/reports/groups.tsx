// The report itself: key figures, days, and the five groups of measures that the pilot asks for.

import { useLanguage } from '@etapiste/web/i18n';
import type { ComponentChildren } from 'preact';
import { type T, useT } from '../messages/index.ts';
import type { Report, ReportRow } from '../state/types.ts';
import { Days } from './day-chart.tsx';
import { day, lasted, mean, seconds, share, whole } from './figures.ts';
import { type ColumnOf, Parts, RowsTable, Table } from './tables.tsx';

const ENDS = ['served', 'given_up', 'mistaken', 'no_show', 'sent_away', 'open'] as const;
const WAYS = ['queue', 'booking', 'link', 'straight_in'] as const;
const COURSES = ['concluded', 'moved_on', 'broken_off', 'goes_on'] as const;
const RESULTS = ['done', 'posted', 'not_able', 'not_said'] as const;
const SMILEYS = [5, 4, 3, 2, 1] as const;

type Columns = readonly ColumnOf<ReportRow>[];

export function Groups({ report }: { report: Report }) {
  const t = useT();
  const lang = useLanguage();
  const { figures } = report.total;
  const since = day(lang, report.since, true);
  const until = day(lang, report.until, true);
  return (
    <>
      <p class="reports-period" role="status">
        <strong>
          {report.since === report.until ? since : t('reports.period', { since, until })}
        </strong>
        {report.goes_on ? ` ${t('reports.goes_on')}` : null}
      </p>
      {figures.numbers === 0 && figures.visits === 0 ? <p>{t('reports.empty')}</p> : null}
      <KeyFigures report={report} />
      <ul class="reports-notes">
        <li>{t('reports.hidden_note', { count: report.smallest_cell })}</li>
        {report.total.answers === null ? <li>{t('reports.crossed_note')}</li> : null}
        <li>{t('reports.training_note')}</li>
      </ul>
      {report.days.length > 1 ? <Days report={report} /> : null}
      <Information report={report} />
      <Visitor report={report} />
      <Adviser report={report} />
      <Clerk report={report} />
      <Agency report={report} />
    </>
  );
}

function KeyFigures({ report }: { report: Report }) {
  const t = useT();
  const lang = useLanguage();
  const { total } = report;
  const { figures, answers } = total;
  const figure = {
    numbers: figures.numbers,
    visits: figures.visits,
    given_up: figures.ends['given_up'] ?? 0,
    wait: lasted(t, figures.wait_s),
    level: share(t, answers?.level_percent, figures.wait_s.count),
    mean: mean(t, lang, total),
  };
  return (
    <section aria-labelledby="reports-key">
      <h2 id="reports-key">{t('reports.key_figures')}</h2>
      <dl class="reports-key">
        {(Object.keys(figure) as (keyof typeof figure)[]).map((key) => (
          <div key={key}>
            <dt>{t(`reports.${key}`)}</dt>
            <dd>{figure[key]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

type Name = 'information' | 'customer' | 'adviser' | 'clerk' | 'agency';

/** One group: what it asks, what is known of that, and what is not measured here. */
function Group({ name, children }: { name: Name; children: ComponentChildren }) {
  const t = useT();
  return (
    <section class="reports-group" aria-labelledby={`reports-${name}`}>
      <h2 id={`reports-${name}`}>{t(`reports.group.${name}`)}</h2>
      <p>{t(`reports.group.${name}.asks`)}</p>
      {children}
      <p class="reports-not">{t(`reports.group.${name}.not`)}</p>
    </section>
  );
}

function Points({ report, columns }: { report: Report; columns: Columns }) {
  const t = useT();
  return (
    <RowsTable
      caption={t('reports.by_point')}
      head={t('reports.point')}
      rows={report.points}
      total={report.total}
      columns={columns}
    />
  );
}

function Information({ report }: { report: Report }) {
  const t = useT();
  return (
    <Group name="information">
      <Points
        report={report}
        columns={[
          { title: t('reports.numbers'), value: (row) => row.figures.numbers },
          { title: t('reports.visits'), value: (row) => row.figures.visits },
          ...WAYS.map((way) => ({
            title: t(`reports.came.${way}`),
            value: (row: ReportRow) => row.figures.ways[way],
          })),
        ]}
      />
    </Group>
  );
}

function Visitor({ report }: { report: Report }) {
  const t = useT();
  const lang = useLanguage();
  const smileys = report.total.answers?.smileys;
  return (
    <Group name="customer">
      {smileys ? (
        <Parts
          caption={t('reports.smileys')}
          parts={SMILEYS.map((each) => ({
            words: t(`reports.smiley.${each}`),
            count: smileys[each] ?? null,
          }))}
        />
      ) : null}
      <Points
        report={report}
        columns={[
          ...waits(t),
          { title: t('reports.way_s'), value: (row) => lasted(t, row.figures.way_s) },
          {
            title: t('reports.kept'),
            value: (row) => share(t, row.answers?.kept_percent, row.figures.off_by_min.count),
          },
          {
            title: t('reports.off'),
            value: ({ figures: { off_by_min: off } }) =>
              off.count === 0 ? t('reports.none') : whole(t, off.median),
          },
          { title: t('reports.mean'), value: (row) => mean(t, lang, row) },
          { title: t('reports.rated'), value: (row) => whole(t, row.answers?.rated) },
        ]}
      />
    </Group>
  );
}

function Adviser({ report }: { report: Report }) {
  const t = useT();
  const lang = useLanguage();
  const names = new Map(report.points.map((row) => [row.code, row.name[lang]]));
  const percent = (part: number, of: number) =>
    share(t, of === 0 ? 0 : Math.round((100 * part) / of), of);
  return (
    <Group name="adviser">
      <Points
        report={report}
        columns={[
          { title: t('reports.missed'), value: (row) => row.figures.missed },
          { title: t('reports.returned'), value: (row) => row.figures.returned },
          { title: t('reports.not_prepared'), value: (row) => row.figures.not_prepared },
        ]}
      />
      {report.booths.length > 0 ? (
        <Table
          caption={t('reports.down')}
          head={t('reports.name.booth')}
          rows={report.booths}
          name={(row) => `${names.get(row.point) ?? row.point}: ${row.name[lang]}`}
          columns={[
            { title: t('reports.open_hours'), value: (row) => Math.round(row.open_s / 3600) },
            {
              title: t('reports.down'),
              value: (row) => percent(row.down_s, row.open_s - row.unknown_s),
            },
            { title: t('reports.unknown'), value: (row) => percent(row.unknown_s, row.open_s) },
            { title: t('reports.failed_checks'), value: (row) => row.failed_checks },
          ]}
        />
      ) : null}
    </Group>
  );
}

function Clerk({ report }: { report: Report }) {
  const t = useT();
  const { figures } = report.total;
  return (
    <Group name="clerk">
      <div class="reports-beside">
        <Parts
          caption={t('reports.ways')}
          parts={WAYS.map((way) => ({
            words: t(`reports.came.${way}`),
            count: figures.ways[way] ?? 0,
          }))}
        />
        <Parts
          caption={t('reports.courses')}
          parts={COURSES.map((course) => ({
            words: t(`reports.course.${course}`),
            count: figures.courses[course] ?? 0,
          }))}
        />
      </div>
      <Points
        report={report}
        columns={[
          { title: t('reports.visits'), value: (row) => row.figures.visits },
          ...talks(t),
          { title: t('reports.wrap_up'), value: (row) => lasted(t, row.figures.wrap_up_s) },
          { title: t('reports.sent_on'), value: (row) => row.figures.sent_on },
        ]}
      />
    </Group>
  );
}

function Agency({ report }: { report: Report }) {
  const t = useT();
  const { figures, answers } = report.total;
  const columns: Columns = [
    { title: t('reports.numbers'), value: (row) => row.figures.numbers },
    { title: t('reports.given_up'), value: (row) => row.figures.ends['given_up'] },
    { title: t('reports.visits'), value: (row) => row.figures.visits },
    ...waits(t),
    ...talks(t),
  ];
  return (
    <Group name="agency">
      <div class="reports-beside">
        <Parts
          caption={t('reports.ends')}
          parts={ENDS.map((end) => ({
            words: t(`reports.end.${end}`),
            count: figures.ends[end] ?? 0,
          }))}
        />
        <Parts
          caption={t('reports.results')}
          parts={RESULTS.map((each) => ({
            words: t(`reports.result.${each}`),
            count: answers?.results[each] ?? null,
          }))}
        />
      </div>
      {(['agency', 'service'] as const).map((what) => {
        const rows = what === 'agency' ? report.agencies : report.services;
        return rows.length > 0 ? (
          <RowsTable
            key={what}
            caption={t(`reports.by_${what}`)}
            head={t(what === 'agency' ? 'reports.agency' : 'reports.name.service')}
            rows={rows}
            total={report.total}
            columns={columns}
          />
        ) : null;
      })}
    </Group>
  );
}

function waits(t: T): Columns {
  return [
    { title: t('reports.wait'), value: (row) => lasted(t, row.figures.wait_s) },
    {
      title: t('reports.wait_p90'),
      value: ({ figures: { wait_s: wait } }) =>
        wait.count === 0 ? t('reports.none') : seconds(t, wait.p90),
    },
    {
      title: t('reports.level'),
      value: (row) => share(t, row.answers?.level_percent, row.figures.wait_s.count),
    },
  ];
}

function talks(t: T): Columns {
  return [
    { title: t('reports.talk'), value: (row) => lasted(t, row.figures.talk_s) },
    {
      title: t('reports.talk_p90'),
      value: ({ figures: { talk_s: talk } }) =>
        talk.count === 0 ? t('reports.none') : seconds(t, talk.p90),
    },
  ];
}
