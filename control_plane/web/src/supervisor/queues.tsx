// Where does who wait, since when? By service or agency, and by region and point.

import { useLanguage } from '@etapiste/web/i18n';
import { useNow } from '@etapiste/web/state';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { byKind, byRegion, closingsAt, type Load } from '../state/supervision.ts';
import type { Supervision } from '../state/types.ts';
import { useParts } from './context.ts';
import { closingWords, hoursOf, placeOf, span } from './words.ts';

// With more points than this only those are shown where somebody is.
const MANY_POINTS = 30;

export function Queues({ board }: { board: Supervision }) {
  return (
    <>
      <Kinds board={board} />
      <Regions board={board} />
    </>
  );
}

function LoadHeads() {
  const t = useT();
  return (
    <>
      <th scope="col">{t('board.waiting')}</th>
      <th scope="col">{t('board.longest')}</th>
      <th scope="col">{t('board.called')}</th>
      <th scope="col">{t('board.in_session')}</th>
    </>
  );
}

function LoadCells({ load }: { load: Load }) {
  const { clock } = useParts();
  const t = useT();
  const lang = useLanguage();
  useNow(5_000);
  return (
    <>
      <td class={load.waiting > 0 ? 'count count-some' : 'count'}>{load.waiting}</td>
      <td>{span(load.oldestAt ? clock.since(load.oldestAt) : null, lang, t)}</td>
      <td class="count">{load.called}</td>
      <td class="count">{load.inSession}</td>
    </>
  );
}

function Kinds({ board }: { board: Supervision }) {
  const t = useT();
  const lang = useLanguage();
  const many = board.agencies.length > 1;
  return (
    <section aria-labelledby="kinds-title">
      <h2 id="kinds-title">{t(many ? 'board.by_agency' : 'board.by_service')}</h2>
      <div class="scrolls" tabIndex={0} role="group" aria-labelledby="kinds-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{t(many ? 'board.agency' : 'board.service')}</th>
              <LoadHeads />
            </tr>
          </thead>
          <tbody>
            {byKind(board).map(({ code, name, load }) => (
              <tr key={code}>
                <th scope="row">{name[lang]}</th>
                <LoadCells load={load} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Regions({ board }: { board: Supervision }) {
  const t = useT();
  const lang = useLanguage();
  const [service, setService] = useState<string | null>(null);
  const [idle, setIdle] = useState(false);
  const few = board.points.length <= MANY_POINTS;
  const regions = byRegion(board, { service, idle: idle || few });
  return (
    <section aria-labelledby="regions-title">
      <div class="board-head">
        <h2 id="regions-title">{t('board.queues')}</h2>
        {board.may.steer ? (
          <label class="board-filter">
            {t('board.show_service')}
            <select
              value={service ?? ''}
              onChange={(event) => setService(event.currentTarget.value || null)}
            >
              <option value="">{t('board.every_service')}</option>
              {board.services.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name[lang]}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        {few ? null : (
          <label class="board-filter">
            <input
              type="checkbox"
              checked={idle}
              onChange={(event) => setIdle(event.currentTarget.checked)}
            />
            {t('board.show_idle')}
          </label>
        )}
      </div>
      {regions.length === 0 ? (
        <p class="quiet">{t('board.nobody')}</p>
      ) : (
        <div class="scrolls scrolls-tall" tabIndex={0} role="group" aria-labelledby="regions-title">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('board.region')}</th>
                <LoadHeads />
                <th scope="col">{t('board.booths')}</th>
                <th scope="col">{t('board.state')}</th>
              </tr>
            </thead>
            {regions.map((region) => (
              <tbody key={region.name?.fi ?? ''}>
                <tr class="region">
                  <th scope="rowgroup">{region.name?.[lang] ?? t('board.no_region')}</th>
                  <LoadCells load={region.load} />
                  <td />
                  <td />
                </tr>
                {region.points.map(({ point, load }) => (
                  <tr key={point.code}>
                    <th scope="row" class="place">
                      {point.name[lang]}
                    </th>
                    <LoadCells load={load} />
                    <td class="count">
                      {point.free} / {point.in_use} / {point.out_of_use}
                    </td>
                    <td>
                      <DoorWords board={board} point={point.code} />
                    </td>
                  </tr>
                ))}
              </tbody>
            ))}
          </table>
        </div>
      )}
    </section>
  );
}

function DoorWords({ board, point }: { board: Supervision; point: string }) {
  const t = useT();
  const lang = useLanguage();
  const { clock } = useParts();
  const found = closingsAt(board, point);
  const hours = board.hours.find((each) => each.point === point);
  const day = hours ? <p class="hours">{hoursOf(hours, clock.now(), lang, t)}</p> : null;
  const wide = found.filter((closing) => closing.point === null).length;
  if (found.length === 0) return day ?? <span class="quiet">{t('board.open')}</span>;
  return (
    <>
      {day}
      <ul class="plain doors">
        {wide > 0 ? <li>{t('board.nationwide', { count: wide })}</li> : null}
        {found
          .filter((closing) => closing.point !== null)
          .map((closing) => (
            <li key={closing.id}>
              {closing.service || board.agencies.length > 1
                ? `${placeOf({ ...closing, point }, board, lang, t).replace(/, [^,]*$/, '')}: `
                : ''}
              {closingWords(closing, t)}
            </li>
          ))}
      </ul>
    </>
  );
}
