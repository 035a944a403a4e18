// The colleague in the clerk's own visit: asked, there, and about to have it.

import { useLanguage } from '@etapiste/web/i18n';
import { useNow, useStore } from '@etapiste/web/state';
import { Button, Notice } from '@etapiste/web/ui';
import { useT } from '../messages/index.ts';
import { secondsLeft } from '../state/rules.ts';
import type { Company } from '../state/types.ts';
import type { VisitRoom } from '../state/visit-room.ts';
import { useParts } from './context.ts';
import { OtherClerk } from './faces.tsx';

/** Who it is, how it stands, and what the clerk can do about it. */
export function CompanyBar({ company, room }: { company: Company; room: VisitRoom }) {
  const { app, clock } = useParts();
  const t = useT();
  const lang = useLanguage();
  const doing = useStore(app.doing);
  const pair = useStore(useStore(room.colleague));
  useNow(1_000);
  const who = { name: company.alias, agency: company.agency.name[lang] };
  if (company.state === 'asked') {
    return (
      <Notice
        tone="waiting"
        live="status"
        actions={
          <Button busy={doing === 'end_consult'} onPress={() => void app.endConsult()}>
            {t('consult.take_back')}
          </Button>
        }
      >
        {t('consult.asked', { ...who, seconds: secondsLeft(company, clock.now()) })}
      </Notice>
    );
  }
  if (company.handed_on) {
    return (
      <Notice
        tone="waiting"
        live="status"
        actions={
          <Button busy={doing === 'hand_on'} onPress={() => void app.handOn(false)}>
            {t('consult.stay')}
          </Button>
        }
      >
        {t('consult.handed_on', who)}
      </Notice>
    );
  }
  return (
    <Notice
      tone={pair?.phase === 'refused' ? 'bad' : 'info'}
      live="status"
      actions={
        <>
          <Button busy={doing === 'end_consult'} onPress={() => void app.endConsult()}>
            {t('consult.thank')}
          </Button>
          {company.can_keep ? (
            <Button
              hint={t('consult.hand_on.about')}
              busy={doing === 'hand_on'}
              onPress={() => void app.handOn(true)}
            >
              {t('consult.hand_on')}
            </Button>
          ) : null}
        </>
      }
    >
      {pair?.phase === 'refused'
        ? t('consult.view.refused')
        : t(pair?.phase === 'connected' ? 'consult.there' : 'consult.coming', who)}
    </Notice>
  );
}

/** The colleague's picture, beside the visitor's. */
export function CompanyPicture({ company, room }: { company: Company; room: VisitRoom }) {
  const pair = useStore(useStore(room.colleague));
  if (company.state !== 'joined' || !pair) return null;
  return <OtherClerk name={company.alias} pair={pair} />;
}
