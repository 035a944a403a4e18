// Service points with their booths and devices, and how far each has come on its way to be open.

import { useLanguage } from '@etapiste/web/i18n';
import { Button } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { blank, found } from '../state/setup.ts';
import type { SetupPoint } from '../state/types.ts';
import { Acts, type Asked, Asking } from './acts.tsx';
import { ClaimDialog } from './claim-dialog.tsx';
import { useParts } from './context.ts';
import { today } from './offer.tsx';
import { StepsDialog } from './steps-dialog.tsx';

interface Asks {
  ask: (asked: Asked) => void;
  claim: (device: string) => void;
  steps: (point: string) => void;
}

export function Places() {
  const { view } = useParts();
  const t = useT();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [claimed, setClaimed] = useState<string | null>(null);
  const [stepping, setStepping] = useState<string | null>(null);
  const add = () => {
    const content = blank('point', {}, today());
    setAsked({ editing: { kind: 'point', within: [], thing: null, content } });
  };
  return (
    <section aria-labelledby="places-title">
      <div class="setup-head">
        <h2 id="places-title">{t('setup.part.places')}</h2>
        {view.may.everything ? (
          <Button kind="primary" icon="plus" onPress={add}>
            {t('setup.add.point')}
          </Button>
        ) : null}
      </div>
      {view.points.length === 0 ? <p role="status">{t('setup.no_points')}</p> : null}
      {view.points.map((each) => (
        <PointCard
          key={each.code}
          point={each}
          ask={setAsked}
          claim={setClaimed}
          steps={setStepping}
        />
      ))}
      {asked ? <Asking asked={asked} close={() => setAsked(null)} /> : null}
      {claimed ? <ClaimDialog device={claimed} close={() => setClaimed(null)} /> : null}
      {stepping ? <StepsDialog point={stepping} close={() => setStepping(null)} /> : null}
    </section>
  );
}

function PointCard({ point, ask, claim, steps }: { point: SetupPoint } & Asks) {
  const { view } = useParts();
  const t = useT();
  const lang = useLanguage();
  const { content, code } = point;
  const name = content.name[lang];
  const { everything } = view.may;
  return (
    <article class="setup-card" aria-labelledby={`point-${code}`}>
      <div class="setup-head">
        <div>
          <h3 id={`point-${code}`}>
            {name}
            {content.training ? <span class="mark">{t('setup.training')}</span> : null}
          </h3>
          <p>{[content.municipality, content.region?.[lang]].filter(Boolean).join(', ')}</p>
        </div>
        {everything ? (
          <span class="setup-acts">
            <Button icon="check" onPress={() => steps(code)}>
              {t('setup.steps')}
              <span class="unseen"> {name}</span>
            </Button>
            <Acts
              thing={found(view, { kind: 'point', key: [code] })}
              name={name}
              ask={ask}
              removes
            />
          </span>
        ) : null}
      </div>
      <Booths point={point} ask={ask} />
      {everything ? <Devices point={point} ask={ask} claim={claim} /> : null}
    </article>
  );
}

function Booths({ point, ask }: { point: SetupPoint; ask: Asks['ask'] }) {
  const { view } = useParts();
  const t = useT();
  const lang = useLanguage();
  const booths = view.booths.filter((each) => each.point === point.code);
  const add = () => {
    const content = blank('booth', {}, today());
    ask({ editing: { kind: 'booth', within: [point.code], thing: null, content } });
  };
  return (
    <>
      <h4>{t('setup.booths')}</h4>
      {booths.length === 0 ? <p>{t('setup.no_booths')}</p> : null}
      <ul class="setup-rows">
        {booths.map((each) => (
          <li key={each.code}>
            <span>
              {each.content.name[lang]}{' '}
              <small>
                {each.content.direction[lang]}
                {each.content.closed ? ` · ${t('setup.out_of_use')}` : null}
              </small>
            </span>
            {view.may.everything ? (
              <Acts
                thing={found(view, { kind: 'booth', key: [point.code, each.code] })}
                name={each.content.name[lang]}
                ask={ask}
                removes
              />
            ) : null}
          </li>
        ))}
      </ul>
      {view.may.everything ? (
        <Button icon="plus" onPress={add}>
          {t('setup.add.booth')}
          <span class="unseen"> {point.content.name[lang]}</span>
        </Button>
      ) : null}
    </>
  );
}

function Devices({ point, ask, claim }: { point: SetupPoint } & Omit<Asks, 'steps'>) {
  const { view } = useParts();
  const t = useT();
  const lang = useLanguage();
  const devices = view.devices.filter((each) => each.content.point === point.code);
  const add = () => {
    const content = blank('device', { point: point.code }, today());
    ask({ editing: { kind: 'device', within: [], thing: null, content } });
  };
  const booth = (code: string | null | undefined) =>
    view.booths.find((each) => each.point === point.code && each.code === code)?.content.name[lang];
  return (
    <>
      <h4>{t('setup.devices')}</h4>
      {devices.length === 0 ? <p>{t('setup.no_devices')}</p> : null}
      <ul class="setup-rows">
        {devices.map((each) => (
          <li key={each.name}>
            <span>
              <code>{each.name}</code>{' '}
              <small>
                {[
                  booth(each.content.booth),
                  t(each.enrolled ? 'setup.enrolled' : 'setup.not_enrolled'),
                  t(each.online ? 'setup.online' : 'setup.offline'),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </span>
            <span class="setup-acts">
              <Button icon="lock" onPress={() => claim(each.name)}>
                {t('setup.claim')}
                <span class="unseen"> {each.name}</span>
              </Button>
              <Acts
                thing={found(view, { kind: 'device', key: [each.name] })}
                name={each.name}
                ask={ask}
                removes
              />
            </span>
          </li>
        ))}
      </ul>
      <Button icon="plus" onPress={add}>
        {t('setup.add.device')}
        <span class="unseen"> {point.content.name[lang]}</span>
      </Button>
    </>
  );
}
