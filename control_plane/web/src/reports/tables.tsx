// The tables of a report: rows of places, and the parts of one whole with a bar beside each.

import { useLanguage } from '@etapiste/web/i18n';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import type { ReportRow } from '../state/types.ts';

export interface ColumnOf<Row> {
  title: string;
  value: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  caption: string;
  head: string;
  rows: readonly Row[];
  name: (row: Row) => string;
  columns: readonly ColumnOf<Row>[];
}

/** Scrolls sideways by keyboard where it is too wide for the window. */
export function Table<Row>({ caption, head, rows, name, columns }: TableProps<Row>) {
  const id = useId();
  return (
    <div class="reports-table" role="group" tabIndex={0} aria-labelledby={id}>
      <table>
        <caption id={id}>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {columns.map(({ title }) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={name(row)}>
              <th scope="row">{name(row)}</th>
              {columns.map(({ title, value }) => (
                <td key={title}>{value(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Rows of the report with the total below them, where there is more than one. */
export function RowsTable({
  total,
  rows,
  ...props
}: Omit<TableProps<ReportRow>, 'name'> & { total: ReportRow }) {
  const lang = useLanguage();
  return (
    <Table
      {...props}
      rows={rows.length > 1 ? [...rows, total] : rows}
      name={(row) => row.name[lang]}
    />
  );
}

export interface PartOf {
  words: string;
  /** Null: not told. */
  count: number | null;
}

/** The parts of one whole: the bars are decoration, the counts say all. */
export function Parts({ caption, parts }: { caption: string; parts: readonly PartOf[] }) {
  const t = useT();
  const most = Math.max(1, ...parts.map(({ count }) => count ?? 0));
  return (
    <div class="reports-parts">
      <table>
        <caption>{caption}</caption>
        <thead class="unseen">
          <tr>
            <th scope="col">{t('reports.what')}</th>
            <th scope="col">{t('reports.count')}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ words, count }) => (
            <tr key={words}>
              <th scope="row">{words}</th>
              <td>
                <svg
                  class="reports-bar"
                  viewBox="0 0 100 10"
                  preserveAspectRatio="none"
                  aria-hidden="true"
                >
                  <rect width={(100 * (count ?? 0)) / most} height="10" />
                </svg>
                <span>{count === null ? t('reports.untold') : count}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
