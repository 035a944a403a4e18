// How is it now, and how was today? The figures of one agency as tiles, of many as a table.

import { useLanguage } from '@etapiste/web/i18n';
import { useNow } from '@etapiste/web/state';
import { Icon } from '@etapiste/web/ui';
import { useT } from '../messages/index.ts';
import { load, onTarget } from '../state/supervision.ts';
import type { Day, Supervision } from '../state/types.ts';
import { useParts } from './context.ts';
import { share, span } from './words.ts';

export function Days({ board }: { board: Supervision }) {
  const [only] = board.days;
  return (
    <div class="board-days">
      <Now board={board} />
      {only && board.days.length === 1 ? <Tiles day={only} /> : <Table board={board} />}
    </div>
  );
}

function Tile({ name, value, about }: { name: string; value: string; about?: string }) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd>
        <span class="tile-value">{value}</span>
        {about ? <small>{about}</small> : null}
      </dd>
    </div>
  );
}

function Now({ board }: { board: Supervision }) {
  const { clock } = useParts();
  const t = useT();
  const lang = useLanguage();
  useNow(5_000);
  const { waiting, oldestAt, called, inSession } = load(board.cells);
  return (
    <section aria-labelledby="now-title" class="board-now">
      <h2 id="now-title">{t('board.now')}</h2>
      <dl class="tiles">
        <Tile name={t('board.waiting')} value={String(waiting)} />
        <Tile
          name={t('board.longest')}
          value={span(oldestAt ? clock.since(oldestAt) : null, lang, t)}
        />
        <Tile name={t('board.called')} value={String(called)} />
        <Tile name={t('board.in_session')} value={String(inSession)} />
      </dl>
    </section>
  );
}

function Tiles({ day }: { day: Day }) {
  const t = useT();
  const lang = useLanguage();
  return (
    <section aria-labelledby="today-title">
      <h2 id="today-title">{t('board.today')}</h2>
      <dl class="tiles">
        <LevelTile name={t('board.level_answered')} level={day.level_answered} day={day} />
        <LevelTile name={t('board.level_offered')} level={day.level_offered} day={day} />
        <Tile name={t('board.offered')} value={String(day.offered)} />
        <Tile name={t('board.answered')} value={String(day.answered)} />
        <Tile name={t('board.served')} value={String(day.served)} />
        <Tile
          name={t('board.abandoned')}
          value={String(day.abandoned)}
          about={t('board.abandoned_short', { count: day.short, time: span(day.short_s, lang, t) })}
        />
        <Tile name={t('board.missed')} value={String(day.missed)} />
        <Tile name={t('board.returned')} value={String(day.returned)} />
        {day.sent_away > 0 ? (
          <Tile name={t('board.sent_away')} value={String(day.sent_away)} />
        ) : null}
        <Tile name={t('board.mean_wait')} value={span(day.mean_wait_s, lang, t)} />
        <Tile name={t('board.median_wait')} value={span(day.median_wait_s, lang, t)} />
      </dl>
    </section>
  );
}

function LevelTile({ name, level, day }: { name: string; level: number | null; day: Day }) {
  const t = useT();
  const lang = useLanguage();
  const met = onTarget(level, day.target_percent);
  const target = t('board.target', {
    percent: day.target_percent,
    time: span(day.target_s, lang, t),
  });
  return (
    <div class={`tile tile-level ${met === false ? 'tile-below' : ''}`}>
      <dt>{name}</dt>
      <dd>
        <span class="tile-value">{share(level, lang, t)}</span>
        <small>
          {met === null ? null : (
            <span class="tile-verdict">
              <Icon name={met ? 'check' : 'warning'} />
              {t(met ? 'board.met' : 'board.below')}
            </span>
          )}{' '}
          {target}
        </small>
      </dd>
    </div>
  );
}

function Table({ board }: { board: Supervision }) {
  const t = useT();
  const lang = useLanguage();
  const name = (code: string) => board.agencies.find((each) => each.code === code)?.name[lang];
  return (
    <section aria-labelledby="today-title">
      <h2 id="today-title">{t('board.today')}</h2>
      <div class="scrolls" tabIndex={0} role="group" aria-labelledby="today-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('board.agency')}</th>
              <th scope="col">{t('board.level_answered')}</th>
              <th scope="col">{t('board.level_offered')}</th>
              <th scope="col">{t('board.offered')}</th>
              <th scope="col">{t('board.answered')}</th>
              <th scope="col">{t('board.served')}</th>
              <th scope="col">{t('board.abandoned')}</th>
              <th scope="col">{t('board.missed')}</th>
              <th scope="col">{t('board.returned')}</th>
              <th scope="col">{t('board.sent_away')}</th>
              <th scope="col">{t('board.mean_wait')}</th>
              <th scope="col">{t('board.median_wait')}</th>
            </tr>
          </thead>
          <tbody>
            {board.days.map((day) => (
              <tr key={day.agency}>
                <th scope="row">{name(day.agency) ?? day.agency}</th>
                <td>{share(day.level_answered, lang, t)}</td>
                <td>{share(day.level_offered, lang, t)}</td>
                <td>{day.offered}</td>
                <td>{day.answered}</td>
                <td>{day.served}</td>
                <td>{day.abandoned}</td>
                <td>{day.missed}</td>
                <td>{day.returned}</td>
                <td>{day.sent_away}</td>
                <td>{span(day.mean_wait_s, lang, t)}</td>
                <td>{span(day.median_wait_s, lang, t)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
