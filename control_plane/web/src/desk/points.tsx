// What can the points offer now? Said before anything is promised to anybody.

import { timeOfDay, useLanguage } from '@etapiste/web/i18n';
import { Icon } from '@etapiste/web/ui';
import type { ComponentChildren } from 'preact';
import { useT, whyNot, wordsFor } from '../messages/index.ts';
import { troubles, usable } from '../state/rules.ts';
import type { BoothView, Desk, RecentVisit } from '../state/types.ts';
import { OpenLink, OwnLink } from './link.tsx';
import { SetAside } from './set-aside.tsx';

export function Points({ desk }: { desk: Desk }) {
  const t = useT();
  const lang = useLanguage();
  return (
    <aside class="side">
      {desk.link ? <OwnLink link={desk.link} /> : null}
      <SetAside desk={desk} />
      <section aria-labelledby="points-title">
        <h2 id="points-title">{t('points.title')}</h2>
        {desk.points.length === 0 ? <p class="quiet">{t('points.empty')}</p> : null}
        <ul class="plain">
          {desk.points.map((point) => (
            <li key={point.code} class="point">
              <h3>{point.name[lang]}</h3>
              <ul class="plain">
                {point.booths.map((booth) => (
                  <Booth key={booth.code} booth={booth}>
                    <OpenLink desk={desk} point={point} booth={booth} />
                  </Booth>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="recent-title">
        <h2 id="recent-title">{t('recent.title')}</h2>
        {desk.recent.length === 0 ? <p class="quiet">{t('recent.empty')}</p> : null}
        <ul class="plain recent">
          {desk.recent.map((visit) => (
            <li key={visit.visit_id}>
              <strong>{visit.number}</strong>
              <span>{visit.point.name[lang]}</span>
              <span>{t(`outcome.${howItEnded(visit)}`)}</span>
              <time dateTime={visit.ended_at}>{timeOfDay(visit.ended_at, lang)}</time>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}

function howItEnded({ outcome, state, by_visitor }: RecentVisit) {
  if (outcome) return outcome;
  if (state === 'withdrawn' && by_visitor) return 'left';
  return state === 'missed' || state === 'withdrawn' ? state : 'lost';
}

function Booth({ booth, children }: { booth: BoothView; children: ComponentChildren }) {
  const t = useT();
  const lang = useLanguage();
  const found = troubles(booth);
  return (
    <li class="booth">
      <p class="booth-head">
        <Icon name={booth.ready ? 'check' : 'warning'} />
        {booth.name[lang]} <span class="tag">{t(`booth.${booth.state}`)}</span>
      </p>
      {booth.why.length > 0 ? <p class="row-why">{whyNot(t, booth.why)}</p> : null}
      {found.length === 0 && booth.ready ? <p class="quiet">{t('points.all_good')}</p> : null}
      {found.map((status) => (
        <p key={status.port} class={usable(status) ? 'quiet' : 'row-why'}>
          {t(`port.${status.port}`)}:{' '}
          {wordsFor(t, 'condition', status.condition, 'condition.unknown')}
        </p>
      ))}
      {children}
    </li>
  );
}
