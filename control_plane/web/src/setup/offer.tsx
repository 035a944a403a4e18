// Agencies and their services, in the order of screens.

import { useLanguage } from '@etapiste/web/i18n';
import { Button } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { blank, found } from '../state/setup.ts';
import type { SetupAgency } from '../state/types.ts';
import { Acts, type Asked, Asking } from './acts.tsx';
import { useParts } from './context.ts';

export function Offer() {
  const { view } = useParts();
  const t = useT();
  const [asked, setAsked] = useState<Asked | null>(null);
  const add = () => {
    const content = blank('agency', {}, today());
    setAsked({ editing: { kind: 'agency', within: [], thing: null, content } });
  };
  return (
    <section aria-labelledby="offer-title">
      <div class="setup-head">
        <h2 id="offer-title">{t('setup.part.offer')}</h2>
        {view.may.everything ? (
          <Button kind="primary" icon="plus" onPress={add}>
            {t('setup.add.agency')}
          </Button>
        ) : null}
      </div>
      {view.agencies.length === 0 ? <p role="status">{t('setup.no_agencies')}</p> : null}
      {view.agencies.map((each) => (
        <AgencyCard key={each.code} agency={each} ask={setAsked} />
      ))}
      {asked ? <Asking asked={asked} close={() => setAsked(null)} /> : null}
    </section>
  );
}

export const today = () => new Date().toLocaleDateString('sv-SE');

function AgencyCard({ agency, ask }: { agency: SetupAgency; ask: (asked: Asked) => void }) {
  const { view } = useParts();
  const t = useT();
  const lang = useLanguage();
  const { content, code } = agency;
  const services = view.services.filter((each) => each.content.agency === code);
  const name = content.name[lang];
  const ended = content.valid_to && content.valid_to < today();
  const add = () => {
    const first = blank('service', { agency: code }, today());
    ask({ editing: { kind: 'service', within: [], thing: null, content: first } });
  };
  return (
    <article class="setup-card" aria-labelledby={`agency-${code}`}>
      <div class="setup-head">
        <div>
          <h3 id={`agency-${code}`}>
            {name}
            {content.training ? <span class="mark">{t('setup.training')}</span> : null}
            {ended ? (
              <span class="mark">{t('setup.ended', { date: content.valid_to ?? '' })}</span>
            ) : null}
          </h3>
          <p>{content.about[lang]}</p>
        </div>
        <Acts
          thing={found(view, { kind: 'agency', key: [code] })}
          name={name}
          ask={ask}
          removes={view.may.everything}
        />
      </div>
      <h4>{t('setup.services')}</h4>
      {services.length === 0 ? <p>{t('setup.no_services')}</p> : null}
      <ul class="setup-rows">
        {services.map((each) => (
          <li key={each.code}>
            <span>
              {each.content.name[lang]}{' '}
              <small>
                {t('setup.minutes', { count: each.content.minutes })}
                {each.content.offered === false ? ` · ${t('setup.not_offered')}` : null}
              </small>
            </span>
            <Acts
              thing={found(view, { kind: 'service', key: [each.code] })}
              name={each.content.name[lang]}
              ask={ask}
              removes
            />
          </li>
        ))}
      </ul>
      <Button icon="plus" onPress={add}>
        {t('setup.add.service')}
        <span class="unseen"> {name}</span>
      </Button>
    </article>
  );
}
