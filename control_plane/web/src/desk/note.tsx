// The note for the next clerk: written here, answered by the visitor, seen by nobody else.

import { timeOfDay, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { announce, Button, Icon, Notice, type Tone } from '@etapiste/web/ui';
import { MAX_NOTE, MAX_NOTE_LINES } from '@etapiste/web/wire';
import { useEffect } from 'preact/hooks';
import { type T, useT, wordsFor } from '../messages/index.ts';
import { flawOf, lengthOf, type OwnNote, plain, stands } from '../state/note.ts';
import type { VisitRoom } from '../state/visit-room.ts';

const TONES: Record<OwnNote['state'], Tone> = {
  sending: 'waiting',
  asked: 'waiting',
  approved: 'good',
  declined: 'info',
  withdrawing: 'waiting',
  withdrawn: 'info',
  refused: 'warning',
  lost: 'warning',
};

/** Some browsers send what is typed to a helper far away, unless the page says no. */
function keptToItself(field: HTMLTextAreaElement | null): void {
  field?.setAttribute('writingsuggestions', 'false');
}

export function WriteNote({ room }: { room: VisitRoom }) {
  const t = useT();
  const { note } = room.booth;
  const own = useStore(note.own);
  const draft = useStore(note.draft);
  const { phase } = useStore(room.agent);
  const connected = phase === 'connected';
  const flaw = flawOf(draft);
  const shown = flaw === 'empty' ? null : flaw;
  const changed = !stands(own) || plain(draft) !== own?.text;
  return (
    <section class="note-write" aria-labelledby="note-title">
      <h2 id="note-title">{t('note.title')}</h2>
      <p id="note-lead">{t('note.lead')}</p>
      <label class="field">
        {t('note.text')}
        {/* Nor may a browser keep what stands here for a page that is opened again. */}
        <textarea
          rows={7}
          value={draft}
          autoComplete="off"
          spellcheck={false}
          ref={keptToItself}
          translate={false}
          aria-describedby="note-lead note-count note-flaw"
          aria-invalid={shown !== null}
          onInput={(event) => note.draft.set(event.currentTarget.value)}
        />
      </label>
      <p id="note-count" class="quiet">
        {t('note.count', { count: lengthOf(draft), most: MAX_NOTE })}
      </p>
      <p id="note-flaw" class="note-flaw" role="status">
        {shown ? t(`note.flaw.${shown}`, { most: MAX_NOTE, lines: MAX_NOTE_LINES }) : null}
      </p>
      <div class="actions">
        <Button
          kind="primary"
          disabled={!connected || flaw !== null || !changed}
          onPress={() => note.offer()}
        >
          {t(stands(own) ? 'note.send_changed' : 'note.send')}
        </Button>
        {stands(own) ? (
          <Button icon="close" onPress={() => note.withdraw()}>
            {t('note.withdraw')}
          </Button>
        ) : null}
      </div>
      {connected ? null : <p class="quiet">{t('note.no_connection')}</p>}
      {own ? <Notice tone={TONES[own.state]}>{noteWords(t, own)}</Notice> : null}
      <p class="quiet">{t('note.fate')}</p>
    </section>
  );
}

/** How it stands, in a word beside the name of the tab. */
export function NoteTag({ room }: { room: VisitRoom }) {
  const t = useT();
  const own = useStore(room.booth.note.own);
  const state = own?.state;
  const words = own && state !== 'sending' ? noteWords(t, own) : '';
  useEffect(() => {
    if (words) announce(words);
  }, [words]);
  return state && state !== 'sending' && state !== 'withdrawing' ? (
    <span class="tag">{t(`note.tag.${state}`)}</span>
  ) : null;
}

/** What the clerk before wrote and the visitor approved; here until the visit ends. */
export function PassedNote({ room }: { room: VisitRoom }) {
  const t = useT();
  const lang = useLanguage();
  const passed = useStore(room.booth.note.passed);
  const id = passed?.id;
  useEffect(() => {
    if (id) announce(t('note.passed_title'));
  }, [id, t]);
  if (!passed) return null;
  return (
    <section class="note-passed" aria-labelledby="note-passed-title">
      <h2 id="note-passed-title">
        <Icon name="document" /> {t('note.passed_title')}
      </h2>
      <p class="quiet">
        {t('note.passed_by', {
          agency: passed.agencyName,
          time: timeOfDay(passed.approvedAt, lang),
        })}
      </p>
      <div
        class="note-passed-text"
        tabIndex={0}
        role="region"
        aria-label={t('note.text')}
        translate={false}
        dir="auto"
      >
        {passed.text}
      </div>
      <p class="quiet">{t('note.passed_fate')}</p>
    </section>
  );
}

/** Before the end: what becomes of a note that is still in the booth. */
export function NoteAtTheEnd({ room }: { room: VisitRoom }) {
  const t = useT();
  const own = useStore(room.booth.note.own);
  if (!own || !stands(own)) return null;
  return (
    <Notice tone="warning">
      {t(own.state === 'approved' ? 'note.end_approved' : 'note.end_asked')}
    </Notice>
  );
}

function noteWords(t: T, own: OwnNote): string {
  if (own.state !== 'refused') return t(`note.state.${own.state}`);
  return wordsFor(t, 'note.flaw', own.reason, 'note.flaw.other');
}
