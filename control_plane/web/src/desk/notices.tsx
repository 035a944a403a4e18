// What the clerk must know now, the most urgent first, with what can be done about it.

import { audioReady, startAudio } from '@etapiste/web/media';
import type { PairView } from '@etapiste/web/room';
import { type Readable, Store, useStore } from '@etapiste/web/state';
import { Button, Notice } from '@etapiste/web/ui';
import { refusalWords, type T, useT, whyNot, wordsFor } from '../messages/index.ts';
import type { OwnNote } from '../state/note.ts';
import { type DeskNotice, isNews, notices } from '../state/rules.ts';
import type { Desk } from '../state/types.ts';
import type { VisitRoom } from '../state/visit-room.ts';
import { useParts } from './context.ts';

const NO_PAIR: Readable<PairView | null> = new Store<PairView | null>(null);
const NO_BOOTH: Readable<null> = new Store(null);
const NO_NOTE: Readable<OwnNote | null> = new Store<OwnNote | null>(null);

export function Notices({ desk, room }: { desk: Desk; room: VisitRoom | null }) {
  const { app, clock, media } = useParts();
  const t = useT();
  const link = useStore(app.live.link);
  const refusal = useStore(app.refusal);
  const own = useStore(media.view);
  const screen = useStore<PairView | null>(room?.screen ?? NO_PAIR);
  const agent = useStore<PairView | null>(room?.agent ?? NO_PAIR);
  const booth = useStore(room?.booth.state ?? NO_BOOTH);
  const note = useStore<OwnNote | null>(room?.booth.note.own ?? NO_NOTE);
  const soundAllowed = useStore(audioReady);
  const found = notices({
    online: link === 'online',
    desk,
    screen,
    agent,
    peripherals: booth?.peripherals ?? desk.visit?.peripherals ?? [],
    note: note?.state ?? null,
    ownVideoTrouble: own.videoTrouble,
    ownAudioTrouble: own.audioTrouble,
    soundAllowed,
  });
  return (
    <div class="notices">
      {refusal ? (
        <Notice
          tone="warning"
          live="alert"
          actions={
            <Button kind="quiet" icon="close" onPress={() => app.refusal.set(null)}>
              {t('app.close')}
            </Button>
          }
        >
          {refusalWords(t, refusal)}
          {Array.isArray(refusal.detail['why_not'])
            ? ` ${whyNot(t, refusal.detail['why_not'].map(String))}`
            : null}
        </Notice>
      ) : null}
      {desk.messages.map((message) => (
        <Notice
          key={message.id}
          tone="info"
          live="status"
          actions={
            <Button onPress={() => void app.readMessage(message.id)}>{t('message.read')}</Button>
          }
        >
          {wordsFor(t, 'message', message.code, 'message.unknown', {
            sender: message.sender,
            text: message.text,
          })}
        </Notice>
      ))}
      {desk.notice && isNews(desk, clock.now()) ? (
        <Notice tone="info" live="status">
          {deskNotice(t, desk.notice)}
        </Notice>
      ) : null}
      {found.map((notice) => (
        <Notice
          key={notice.code}
          tone={notice.tone}
          live={notice.tone === 'bad' ? 'alert' : 'status'}
          actions={actionsFor(notice, t, room)}
        >
          {t(`notice.${notice.code}`, { what: whatWords(notice, t) })}
        </Notice>
      ))}
    </div>
  );
}

function actionsFor({ code }: DeskNotice, t: T, room: VisitRoom | null) {
  if (code === 'sound_blocked') {
    return <Button onPress={() => void startAudio()}>{t('visit.allow_sound')}</Button>;
  }
  if (code === 'note_declined' || code === 'note_lost') {
    return (
      <Button kind="quiet" icon="close" onPress={() => room?.booth.note.putAway()}>
        {t('app.close')}
      </Button>
    );
  }
  if (['screen_refused', 'agent_refused', 'screen_lost', 'agent_lost'].includes(code)) {
    return (
      <Button icon="refresh" onPress={() => room?.connectAgain()}>
        {t('visit.connect_again')}
      </Button>
    );
  }
  return null;
}

function whatWords({ code, what = '' }: DeskNotice, t: T): string {
  if (code === 'external_busy') return wordsFor(t, 'busy', what, 'busy.other');
  return code.startsWith('own_')
    ? wordsFor(t, 'trouble', what, 'trouble.failed')
    : wordsFor(t, 'condition', what, 'condition.unknown');
}

/** What happened to the last visit. */
function deskNotice(t: T, { code, reason, number }: NonNullable<Desk['notice']>): string {
  if (code === 'consult_ended') {
    return wordsFor(t, 'consult_notice', reason, 'consult_notice.unknown');
  }
  if (code === 'link_ended') return wordsFor(t, 'link_notice', reason, 'link_notice.unknown');
  const values = { number: number ?? '', why: whyNot(t, [reason || code]) };
  if (code === 'lost' && reason === 'clerk_gone') return t('desk_notice.clerk_gone', values);
  return isOwnNotice(code) ? t(`desk_notice.${code}`, values) : t('desk_notice.not_ready', values);
}

const OWN_NOTICES = ['no_show', 'lost', 'ticket_cancelled', 'visitor_left'] as const;

function isOwnNotice(code: string): code is (typeof OWN_NOTICES)[number] {
  return (OWN_NOTICES as readonly string[]).includes(code);
}
