// The clerk's desk: which of its faces is shown, and what the keys do there.

import { translator } from '@etapiste/web/i18n';
import { startAudio } from '@etapiste/web/media';
import { useStore } from '@etapiste/web/state';
import { Announcer, announce, Button, Notice, Spinner } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import { catalogue, useT } from '../messages/index.ts';
import { actionOf, focusOf } from '../state/keys.ts';
import { nextBlock, stageOf } from '../state/rules.ts';
import type { Desk as DeskSnapshot } from '../state/types.ts';
import { ConsultCallDialog } from './consult-call.tsx';
import { ConsultDialog } from './consult-dialog.tsx';
import { ConsultView } from './consult-view.tsx';
import { DeskContext, type DeskParts, useParts } from './context.ts';
import { EndDialog } from './end-dialog.tsx';
import { Header } from './header.tsx';
import { Notices } from './notices.tsx';
import { OfferDialog } from './offer-dialog.tsx';
import { ParkDialog } from './park-dialog.tsx';
import { Points } from './points.tsx';
import { Queue } from './queue.tsx';
import { TransferDialog } from './transfer-dialog.tsx';
import { VisitView } from './visit.tsx';
import { Called, Preparing } from './waiting.tsx';
import { WrapUp } from './wrap-up.tsx';

interface DeskProps extends DeskParts {
  /** Takes the desk over from another tab. */
  useHere: () => void;
}

export function Desk({ useHere, ...parts }: DeskProps) {
  const t = useT();
  useEffect(() => {
    document.title = `${t('desk.title')} – ${t('app.name')}`;
  }, [t]);
  useEffect(() => {
    // Any touch lets the browser play sound from then on.
    const touch = () => void startAudio();
    document.addEventListener('pointerdown', touch);
    document.addEventListener('keydown', touch);
    return () => {
      document.removeEventListener('pointerdown', touch);
      document.removeEventListener('keydown', touch);
    };
  }, []);
  return (
    <DeskContext.Provider value={parts}>
      <Announcer />
      <Face useHere={useHere} />
    </DeskContext.Provider>
  );
}

function Face({ useHere }: { useHere: () => void }) {
  const { app } = useParts();
  const t = useT();
  const phase = useStore(app.phase);
  const desk = useStore(app.desk);
  useEffect(() => {
    if (phase !== 'signed_out') return;
    const why = desk || app.session.get() ? app.live.ended : 'needed';
    location.replace(`sign-in.html#${app.left.get() ? 'out' : why}`);
  }, [phase, desk, app]);
  switch (phase) {
    case 'ready':
      return desk ? <Ready desk={desk} /> : null;
    case 'failed':
      return (
        <Alone>
          <Notice
            tone="bad"
            live="alert"
            actions={<Button onPress={() => void app.start()}>{t('app.try_again')}</Button>}
          >
            {t('desk.failed')}
          </Notice>
        </Alone>
      );
    case 'not_allowed':
      return (
        <Alone>
          <Notice
            tone="warning"
            live="alert"
            actions={<Button onPress={() => void app.signOut()}>{t('desk.sign_out')}</Button>}
          >
            {t('desk.not_allowed')}
          </Notice>
        </Alone>
      );
    case 'elsewhere':
      return (
        <Alone>
          <Notice
            tone="info"
            live="status"
            actions={
              <Button kind="primary" onPress={useHere}>
                {t('desk.use_here')}
              </Button>
            }
          >
            {t('desk.elsewhere')}
          </Notice>
        </Alone>
      );
    default:
      return (
        <Alone>
          <Spinner label={t('desk.loading')} />
        </Alone>
      );
  }
}

function Alone({ children }: { children: preact.ComponentChildren }) {
  const t = useT();
  return (
    <main class="alone">
      <h1>{t('desk.title')}</h1>
      {children}
    </main>
  );
}

function Ready({ desk }: { desk: DeskSnapshot }) {
  const { app, media } = useParts();
  const t = useT();
  const room = useStore(app.room);
  const consult = useStore(app.consult);
  const [asking, ask] = useState<'end' | 'transfer' | 'park' | 'consult' | null>(null);
  const stage = stageOf(desk);
  const { visit } = desk;
  const seenIn = visit?.language ?? desk.consult?.language;
  useEffect(() => {
    // What stands in a drawn picture is read by the visitor.
    const words = seenIn ? translator(catalogue, seenIn) : t;
    media.setWords({ label: words('drawn.label'), who: words('drawn.who') });
  }, [t, seenIn, media]);
  useEffect(() => {
    if (stage !== 'visit') ask(null);
  }, [stage]);
  const mute = () => {
    const muted = !media.view.get().muted;
    media.setMuted(muted);
    announce(t(muted ? 'visit.hears.not' : 'visit.hears.you'));
  };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = actionOf(event, focusOf(document));
      if (!action) return;
      event.preventDefault();
      if (action === 'next' && nextBlock(desk) === null) void app.next();
      if (stage === 'consult' && action === 'mute') mute();
      if (stage !== 'visit') return;
      if (action === 'end' || action === 'transfer' || action === 'park') ask(action);
      if (action === 'still') room?.booth.takeStill();
      if (action === 'mute') mute();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });
  return (
    <div class={`desk desk-${stage}`} data-stage={stage}>
      <Header desk={desk} />
      <main class="desk-main">
        {stage === 'wrap_up' ? <WrapUp me={desk.me} /> : null}
        {stage === 'preparing' && visit && room ? <Preparing visit={visit} room={room} /> : null}
        {stage === 'called' && visit ? <Called visit={visit} /> : null}
        {stage === 'consult' && desk.consult && consult ? (
          <ConsultView
            call={desk.consult}
            room={consult}
            notices={<Notices desk={desk} room={null} />}
          />
        ) : stage === 'visit' && visit && room ? (
          <VisitView
            visit={visit}
            room={room}
            end={() => ask('end')}
            transfer={() => ask('transfer')}
            park={() => ask('park')}
            consult={() => ask('consult')}
            notices={<Notices desk={desk} room={room} />}
          />
        ) : (
          <div class="queue-and-points">
            <Queue desk={desk} />
            <Points desk={desk} />
          </div>
        )}
      </main>
      {/* Where nothing that a hand is on its way to can move: below, or at the picture's cost. */}
      {(stage === 'visit' && room) || (stage === 'consult' && consult) ? null : (
        <Notices desk={desk} room={room} />
      )}
      {desk.offer ? <OfferDialog key={desk.offer.id} offer={desk.offer} /> : null}
      {desk.consult?.state === 'asked' ? (
        <ConsultCallDialog key={desk.consult.id} call={desk.consult} />
      ) : null}
      {stage === 'outcome' || (asking === 'end' && stage === 'visit') ? (
        <EndDialog byVisitor={stage === 'outcome'} close={() => ask(null)} />
      ) : null}
      {asking === 'transfer' && stage === 'visit' && visit ? (
        <TransferDialog
          visit={visit}
          room={room}
          agency={desk.agency.code}
          close={() => ask(null)}
        />
      ) : null}
      {asking === 'consult' && stage === 'visit' && visit && !visit.consult ? (
        <ConsultDialog close={() => ask(null)} />
      ) : null}
      {asking === 'park' && stage === 'visit' && visit ? (
        <ParkDialog number={visit.number} close={() => ask(null)} />
      ) : null}
    </div>
  );
}
