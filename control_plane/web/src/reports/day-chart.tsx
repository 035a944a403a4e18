// Numbers and visits by day, as bars that uPlot draws; the table beneath says the same.

import { useLanguage } from '@etapiste/web/i18n';
import { useContrast } from '@etapiste/web/ui';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { useT } from '../messages/index.ts';
import type { Report } from '../state/types.ts';
import { day, lasted } from './figures.ts';
import { Table } from './tables.tsx';

const HEIGHT = 260;

export function Days({ report }: { report: Report }) {
  const t = useT();
  const lang = useLanguage();
  const [open, setOpen] = useState(report.days.length <= 7);
  useEffect(() => {
    // On paper nothing can be opened any more.
    const show = () => setOpen(true);
    window.addEventListener('beforeprint', show);
    return () => window.removeEventListener('beforeprint', show);
  }, []);
  return (
    <section aria-labelledby="reports-days">
      <h2 id="reports-days">{t('reports.by_day')}</h2>
      <Chart report={report} />
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t('reports.table')}</summary>
        <Table
          caption={t('reports.by_day')}
          head={t('reports.name.day')}
          rows={report.days}
          name={(row) => day(lang, row.day)}
          columns={[
            { title: t('reports.numbers'), value: (row) => row.figures.numbers },
            { title: t('reports.visits'), value: (row) => row.figures.visits },
            { title: t('reports.given_up'), value: (row) => row.figures.ends['given_up'] },
            { title: t('reports.wait'), value: (row) => lasted(t, row.figures.wait_s) },
          ]}
        />
      </details>
    </section>
  );
}

function Chart({ report }: { report: Report }) {
  const t = useT();
  const lang = useLanguage();
  const contrast = useContrast();
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are those of the contrast
  useEffect(() => {
    const into = place.current;
    if (!into) return;
    const colour = (name: string) => getComputedStyle(into).getPropertyValue(name).trim();
    const bars = (align: -1 | 1) => {
      const paths = uPlot.paths.bars?.({ size: [0.4, 40], align });
      return paths ? { paths } : {};
    };
    const axis = {
      stroke: colour('--ink'),
      grid: { stroke: colour('--line') },
      font: '14px Source Sans 3',
    };
    const options: uPlot.Options = {
      width: into.clientWidth,
      height: HEIGHT,
      cursor: { show: false },
      legend: { show: true, live: false },
      scales: {
        x: { time: false, range: [-0.6, report.days.length - 0.4] },
        y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          values: (_, places) =>
            places.map((at) => {
              const row = report.days[at];
              return row ? day(lang, row.day) : '';
            }),
          incrs: [1, 2, 5, 10],
          space: 70,
        },
        { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
      ],
      series: [
        {},
        {
          label: t('reports.numbers'),
          stroke: colour('--blue-dark'),
          fill: colour('--blue-pale'),
          ...bars(-1),
          points: { show: false },
        },
        {
          label: t('reports.visits'),
          stroke: colour('--blue-dark'),
          fill: colour('--blue-dark'),
          ...bars(1),
          points: { show: false },
        },
      ],
    };
    const chart = new uPlot(
      options,
      [
        report.days.map((_, at) => at),
        report.days.map((row) => row.figures.numbers),
        report.days.map((row) => row.figures.visits),
      ],
      into,
    );
    const sized = new ResizeObserver(() =>
      chart.setSize({ width: into.clientWidth, height: HEIGHT }),
    );
    sized.observe(into);
    return () => {
      sized.disconnect();
      chart.destroy();
    };
  }, [report, lang, contrast, t]);
  return (
    <div role="img" aria-label={t('reports.by_day.chart')}>
      <div ref={place} class="reports-chart" aria-hidden="true" />
    </div>
  );
}
