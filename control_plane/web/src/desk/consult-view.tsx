// A colleague's visit, into which this clerk was asked: the visitor, that clerk, and the way out.

import { LANGUAGE_NAMES, stopwatch, useLanguage } from '@etapiste/web/i18n';
import { useNow, useStore } from '@etapiste/web/state';
import { Button, Notice } from '@etapiste/web/ui';
import type { ComponentChildren } from 'preact';
import { useT } from '../messages/index.ts';
import type { ConsultRoom } from '../state/consult-room.ts';
import { mayKeep } from '../state/rules.ts';
import type { ConsultCall } from '../state/types.ts';
import { useParts } from './context.ts';
import { Faces, OtherClerk } from './faces.tsx';
import { OwnControls } from './own-controls.tsx';

interface ConsultProps {
  call: ConsultCall;
  room: ConsultRoom;
  notices: ComponentChildren;
}

export function ConsultView({ call, room, notices }: ConsultProps) {
  const { app, clock } = useParts();
  const t = useT();
  const lang = useLanguage();
  const doing = useStore(app.doing);
  const clerk = useStore(room.clerk);
  useNow(1_000);
  const name = call.asked_by;
  const keeps = mayKeep(call, clerk);
  return (
    <section class="visit-faces consult" aria-labelledby="consult-title">
      <div class="visit-head">
        <h1 id="consult-title">{t('consult.view.title', { name })}</h1>
        <span class="visit-time" role="timer">
          {t('visit.time', { time: stopwatch(clock.since(call.joined_at ?? call.asked_at)) })}
        </span>
        <span>{call.agency.name[lang]}</span>
        <span>{call.service.name[lang]}</span>
        <span>{t('consult.call.language', { language: LANGUAGE_NAMES[call.language] })}</span>
      </div>
      <p class="quiet">{t('consult.view.lead')}</p>
      {notices}
      <ConsultNotices call={call} room={room} />
      <Faces screen={room.screen} onHold={false}>
        <OtherClerk name={name} pair={clerk} />
      </Faces>
      <div class="visit-controls">
        <OwnControls />
        {call.can_keep ? (
          <Button
            kind={keeps ? 'primary' : 'secondary'}
            disabled={!keeps}
            hint={keeps ? undefined : t('consult.view.keep_waits', { name })}
            busy={doing === 'keep'}
            onPress={() => void app.keepVisit(call.id)}
          >
            {t('consult.view.keep')}
          </Button>
        ) : null}
        <Button
          kind="danger"
          icon="end"
          busy={doing === 'leave_consult'}
          onPress={() => void app.leaveConsult(call.id)}
        >
          {t('consult.view.leave')}
        </Button>
      </div>
      {call.can_keep ? null : <p class="quiet">{t('consult.view.keep_never')}</p>}
    </section>
  );
}

function ConsultNotices({ call, room }: { call: ConsultCall; room: ConsultRoom }) {
  const t = useT();
  const screen = useStore(room.screen);
  const clerk = useStore(room.clerk);
  const name = call.asked_by;
  return (
    <>
      {screen.phase === 'refused' || clerk.phase === 'refused' ? (
        <Notice tone="bad" live="alert">
          {t('consult.view.refused')}
        </Notice>
      ) : null}
      {call.handed_on ? (
        <Notice tone="warning" live="alert">
          {t('consult.view.handed_on', { name })}
        </Notice>
      ) : null}
      {clerk.phase === 'lost' && call.can_keep && !call.handed_on ? (
        <Notice tone="waiting" live="status">
          {t('consult.view.clerk_away')}
        </Notice>
      ) : null}
      {screen.phase === 'lost' ? (
        <Notice tone="waiting" live="status">
          {t('consult.view.screen_lost')}
        </Notice>
      ) : null}
      {call.room?.on_hold ? (
        <Notice tone="info" live="status">
          {t('consult.view.hold')}
        </Notice>
      ) : null}
    </>
  );
}
