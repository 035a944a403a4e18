// The visit itself: the visitor large, the booth's devices beside.

import { stopwatch } from '@etapiste/web/i18n';
import { useNow, useStore } from '@etapiste/web/state';
import { Button, Dialog, Icon } from '@etapiste/web/ui';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { KEYS } from '../state/keys.ts';
import { sends, statusOf } from '../state/rules.ts';
import type { Visit } from '../state/types.ts';
import type { VisitRoom } from '../state/visit-room.ts';
import { CompanyBar, CompanyPicture } from './company.tsx';
import { useParts } from './context.ts';
import { DocumentCamera } from './document-camera.tsx';
import { Faces } from './faces.tsx';
import { NoteTag, PassedNote, WriteNote } from './note.tsx';
import { OwnControls } from './own-controls.tsx';
import { Printing } from './printing.tsx';
import { Settings } from './settings.tsx';
import { VisitFacts } from './visit-facts.tsx';

interface VisitProps {
  visit: Visit;
  room: VisitRoom;
  end: () => void;
  transfer: () => void;
  park: () => void;
  consult: () => void;
  notices: ComponentChildren;
}

export function VisitView({ visit, room, end, transfer, park, consult, notices }: VisitProps) {
  const { app, clock } = useParts();
  const t = useT();
  const doing = useStore(app.doing);
  const [settings, setSettings] = useState(false);
  const [trouble, setTrouble] = useState(false);
  useNow(1_000);
  return (
    <div class="visit">
      <section class="visit-faces" aria-labelledby="visit-title">
        <div class="visit-head">
          <h1 id="visit-title">{t('visit.title', { number: visit.number })}</h1>
          <span class="visit-time" role="timer">
            {t('visit.time', { time: stopwatch(clock.since(visit.began_at ?? visit.since)) })}
          </span>
          <VisitFacts visit={visit} />
        </div>
        {notices}
        {visit.consult ? <CompanyBar company={visit.consult} room={room} /> : null}
        <Faces screen={room.screen} onHold={visit.on_hold}>
          {visit.consult ? <CompanyPicture company={visit.consult} room={room} /> : null}
        </Faces>
        <div class="visit-controls">
          <OwnControls />
          <Button
            icon={visit.on_hold ? 'play' : 'hold'}
            pressed={visit.on_hold}
            busy={doing === 'hold'}
            hint={t('visit.hold_about')}
            onPress={() => void app.hold(!visit.on_hold)}
          >
            {t(visit.on_hold ? 'visit.unhold' : 'visit.hold')}
          </Button>
          <Button icon="sound" onPress={() => setSettings(true)}>
            {t('visit.settings')}
          </Button>
          <Button
            icon="next"
            hint={`${t('visit.transfer')} (${KEYS.transfer})`}
            shortcut={KEYS.transfer}
            onPress={transfer}
          >
            {t('visit.transfer')}
          </Button>
          <Button
            class="ask-colleague"
            icon="person"
            disabled={visit.consult !== null}
            onPress={consult}
          >
            {t('visit.consult')}
          </Button>
          <Button
            icon="clock"
            hint={`${t('visit.park')} (${KEYS.park})`}
            shortcut={KEYS.park}
            onPress={park}
          >
            {t('visit.park')}
          </Button>
          <Button icon="warning" hint={t('trouble.about')} onPress={() => setTrouble(true)}>
            {t('visit.trouble')}
          </Button>
        </div>
        <div class="visit-foot">
          <Echo visit={visit} room={room} />
          <Button
            kind="danger"
            icon="end"
            hint={`${t('visit.end')} (${KEYS.end})`}
            shortcut={KEYS.end}
            onPress={end}
          >
            {t('visit.end')}
          </Button>
        </div>
      </section>
      <Devices visit={visit} room={room} />
      {settings ? <Settings room={room} close={() => setSettings(false)} /> : null}
      {trouble ? <Trouble number={visit.number} close={() => setTrouble(false)} /> : null}
    </div>
  );
}

/** The room does not work: the visitor is not to pay for it. */
function Trouble({ number, close }: { number: number; close: () => void }) {
  const { app } = useParts();
  const t = useT();
  const doing = useStore(app.doing);
  const change = async () => {
    if (await app.anotherBooth()) close();
  };
  return (
    <Dialog title={t('trouble.title')} onClose={close}>
      <p>{t('trouble.lead', { number })}</p>
      <div class="dialog-actions">
        <Button
          kind="danger"
          autoFocus
          busy={doing === 'another_booth'}
          onPress={() => void change()}
        >
          {t('trouble.yes')}
        </Button>
        <Button onPress={close}>{t('end.back')}</Button>
      </div>
    </Dialog>
  );
}

/** What the visitor sees and hears now, said rather than guessed. */
function Echo({ visit, room }: { visit: Visit; room: VisitRoom }) {
  const { media } = useParts();
  const t = useT();
  const own = useStore(media.view);
  const { phase } = useStore(room.screen);
  const goes = sends(visit, own);
  const there = phase === 'connected';
  const sees = there && goes.video;
  const hears = there && goes.audio;
  return (
    <p class="echo">
      <strong>{t('visit.sees')}:</strong>
      {visit.on_hold ? <span>{t('visit.sees.hold')}</span> : null}
      <span class={sees ? 'yes' : 'no'}>
        <Icon name={sees ? 'video' : 'video-off'} />
        {t(sees ? 'visit.sees.you' : 'visit.sees.not')}
      </span>
      <span class={hears ? 'yes' : 'no'}>
        <Icon name={hears ? 'microphone' : 'microphone-off'} />
        {t(hears ? 'visit.hears.you' : 'visit.hears.not')}
      </span>
      {there ? (
        <span class="echo-lock">
          <Icon name="lock" />
          {t('visit.encrypted')}
        </span>
      ) : null}
    </p>
  );
}

const TABS = ['camera', 'print', 'note'] as const;
type Tab = (typeof TABS)[number];
const TAB_ICONS = { camera: 'camera', print: 'printer', note: 'pen' } as const;

function Devices({ visit, room }: { visit: Visit; room: VisitRoom }) {
  const t = useT();
  const [tab, setTab] = useState<Tab>('camera');
  const booth = useStore(room.booth.state);
  const peripherals = booth?.peripherals ?? visit.peripherals;
  const trouble: Record<Tab, boolean> = {
    camera: troubled(statusOf(peripherals, 'document_camera')?.condition),
    print: troubled(statusOf(peripherals, 'document_printer')?.condition),
    note: false,
  };
  // A paper dropped anywhere on the devices means printing.
  useEffect(() => {
    const toPrint = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files')) setTab('print');
    };
    document.addEventListener('dragenter', toPrint);
    return () => document.removeEventListener('dragenter', toPrint);
  }, []);
  const move = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const step = event.key === 'ArrowRight' ? 1 : -1;
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] as Tab;
    setTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section class="devices" aria-label={t('tabs.label')}>
      <PassedNote room={room} />
      <div role="tablist" aria-label={t('tabs.label')} class="tabs" onKeyDown={move}>
        {TABS.map((name) => (
          <button
            type="button"
            role="tab"
            key={name}
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls={`panel-${name}`}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
          >
            <Icon name={TAB_ICONS[name]} />
            {t(`tabs.${name}`)}
            {trouble[name] ? <Icon name="warning" /> : null}
            {name === 'note' ? <NoteTag room={room} /> : null}
          </button>
        ))}
      </div>
      {/* All stay alive: a print goes on, and the picture runs, behind the other tabs. */}
      {TABS.map((name) => (
        <div
          role="tabpanel"
          key={name}
          id={`panel-${name}`}
          aria-labelledby={`tab-${name}`}
          hidden={tab !== name}
          class="panel"
        >
          {name === 'camera' ? <DocumentCamera room={room} peripherals={peripherals} /> : null}
          {name === 'print' ? <Printing room={room} peripherals={peripherals} /> : null}
          {name === 'note' ? <WriteNote room={room} /> : null}
        </div>
      ))}
    </section>
  );
}

function troubled(condition: string | undefined): boolean {
  return condition !== undefined && condition !== 'ready' && condition !== 'busy';
}
