// The clerk's note for the next clerk: read, heard, and answered by the visitor alone.
import { useStore } from '@etapiste/web/state';
import { Button, Notice } from '@etapiste/web/ui';
import { newId } from '@etapiste/web/wire';
import { useEffect, useRef, useState } from 'preact/hooks';
import { SETTLE_MS, spokenNote } from '../state/booth_note.ts';
import type { BoothNote } from '../state/wire.ts';
import type { SceneProps } from './app.tsx';

const SPEECH_MS = 12_000;

interface NotePanelProps extends Pick<SceneProps, 'state' | 'words' | 'link' | 'speech'> {
  note: BoothNote;
  /** An approved text is put away again; a question stays until it is answered. */
  close: () => void;
}

export function NotePanel({ note, close, ...props }: NotePanelProps) {
  const { words, link } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const [settled, setSettled] = useState(false);
  const [unheard, setUnheard] = useState(false);
  useEffect(() => {
    heading.current?.focus();
    const timer = setTimeout(() => setSettled(true), SETTLE_MS);
    return () => clearTimeout(timer);
  }, []);
  const answer = (approved: boolean) =>
    setUnheard(!link.say({ type: 'note', id: note.id, approved }));
  return (
    <section class="note-panel" aria-labelledby="note-title">
      <h1 id="note-title" ref={heading} tabIndex={-1}>
        {note.approved ? words.note_yours : words.note_question}
      </h1>
      <p class="note-by">{words.note_by(note.agency_name)}</p>
      {/* Long texts scroll: whoever has no mouse must be able to reach them. */}
      <div
        class="note-text"
        tabIndex={0}
        role="region"
        aria-label={words.note_text}
        translate={false}
        dir="auto"
      >
        {note.text}
      </div>
      <p class="note-about">{note.approved ? words.note_yours_about : words.note_about}</p>
      {unheard ? (
        <Notice tone="waiting" live="status">
          {words.note_unheard}
        </Notice>
      ) : null}
      <Listen note={note} {...props} />
      <div class="note-answers">
        {note.approved ? (
          <Button kind="primary" size="kiosk" icon="check" onPress={close}>
            {words.note_close}
          </Button>
        ) : (
          <Button
            kind="primary"
            size="kiosk"
            icon="check"
            disabled={!settled}
            onPress={() => answer(true)}
          >
            {words.note_yes}
          </Button>
        )}
        <Button size="kiosk" icon="close" disabled={!settled} onPress={() => answer(false)}>
          {words.note_no}
        </Button>
      </div>
    </section>
  );
}

/** The text aloud, as long as it stands there. */
function Listen({ note, state, words, link, speech }: Omit<NotePanelProps, 'close'>) {
  const speaking = useStore(speech.speaking);
  const [asked, ask] = useState(false);
  const here = useRef(true);
  useEffect(
    () => () => {
      here.current = false;
      speech.stop();
    },
    [speech],
  );
  const listen = async () => {
    ask(true);
    const { language, settings } = state;
    const text = spokenNote(note, words);
    const play = await link.ask({ type: 'speak', id: newId(), language, text }, SPEECH_MS);
    if (!here.current) return;
    ask(false);
    if (play?.type === 'play') void speech.say([play.url], { volume: settings.volume / 100 });
  };
  return speaking ? (
    <Button size="kiosk" icon="sound-off" onPress={() => speech.stop()}>
      {words.listen_stop}
    </Button>
  ) : (
    <Button size="kiosk" icon="sound" busy={asked} onPress={() => void listen()}>
      {words.listen}
    </Button>
  );
}
