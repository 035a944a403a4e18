// The clerk's face, large; beside it the visitor's own small picture and what happens now.
import { announce, Button, Icon, Notice } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import { noteView } from '../state/booth_note.ts';
import { type Bond, bondOf } from '../state/booth_scene.ts';
import type { SceneProps } from './app.tsx';
import { NotePanel } from './note_panel.tsx';
import type { Companion } from './seat.ts';
import { StreamSound, StreamVideo } from './stream_video.tsx';

/** The clerk stays in sight while a note is read. */
export function ClerkScene(props: SceneProps) {
  const { note } = props.state;
  const [opened, open] = useState<string | null>(null);
  const view = noteView(note, opened);
  const beside = view === 'asked' || view === 'open';
  return (
    <div class="clerk-and-note" data-note={view}>
      <Clerk {...props} note={view === 'approved' ? () => open(note?.id ?? null) : null} />
      {note && beside ? (
        <NotePanel key={`${note.id} ${view}`} {...props} note={note} close={() => open(null)} />
      ) : null}
    </div>
  );
}

function Clerk({ state, seat, words, note }: SceneProps & { note: (() => void) | null }) {
  const bond = bondOf(seat.clerk);
  const { visit } = state;
  return (
    <section
      class="clerk-scene"
      data-bond={bond}
      data-company={seat.companions.length > 0 || undefined}
    >
      <div class="clerk-faces">
        <StreamVideo track={seat.picture} label={words.clerk} class="clerk-picture" />
        {seat.companions.map((each) => (
          <CompanionFace key={each.participant} {...{ companion: each, state, words }} />
        ))}
      </div>
      <StreamSound track={seat.sound} volume={state.settings.volume} />
      {seat.picture && bond !== 'not_proven' ? null : (
        <p class="clerk-coming">
          <span class="spinner-mark" aria-hidden="true" /> {words.waiting_for_picture}
        </p>
      )}
      <div class="clerk-top">
        {visit && state.phase !== 'visit' ? (
          <h1 class="clerk-welcome">{words.clerk_ready(visit.number)}</h1>
        ) : null}
        {visit && state.phase !== 'visit' ? (
          <p class="clerk-name">{words.clerk_of(visit.clerk_name, visit.agency_name)}</p>
        ) : (
          <h1 class="clerk-name">
            {visit ? words.clerk_of(visit.clerk_name, visit.agency_name) : words.clerk}
          </h1>
        )}
      </div>
      <figure class="mirror">
        <StreamVideo
          track={seat.mirror}
          label={words.you}
          class="mirror-picture"
          mirrored={!seat.drawn}
        />
        <figcaption>{words.you}</figcaption>
      </figure>
      <Strip {...{ state, seat, words, bond, note }} />
    </section>
  );
}

/** Somebody whom the clerk asked in: who it is stands there before they are seen or heard. */
function CompanionFace({
  companion,
  state,
  words,
}: Pick<SceneProps, 'state' | 'words'> & { companion: Companion }) {
  const who = words.clerk_of(companion.name, companion.agency_name);
  const there = companion.phase === 'connected';
  const joins = words.joins(who);
  useEffect(() => announce(joins), [joins]);
  return (
    <figure class="companion" data-phase={companion.phase}>
      <StreamVideo
        track={companion.picture}
        label={words.companion(who)}
        class="companion-picture"
      />
      <StreamSound track={companion.sound} volume={state.settings.volume} />
      {there ? null : (
        <p class="companion-coming">
          <span class="spinner-mark" aria-hidden="true" />
          {companion.phase === 'refused' ? words.not_proven : words.waiting_for_picture}
        </p>
      )}
      <figcaption>{there ? who : joins}</figcaption>
    </figure>
  );
}

function Strip({
  state,
  seat,
  words,
  bond,
  note,
}: Pick<SceneProps, 'state' | 'seat' | 'words'> & { bond: Bond; note: (() => void) | null }) {
  const { code, pages } = state.activity;
  const others = seat.companions.some(({ phase }) => phase === 'connected');
  const seenBy = others ? words.seen_and_heard_by_all : words.seen_and_heard;
  return (
    <div class="strip">
      <div class="strip-now" role="status">
        {bond === 'lost' ? (
          <Notice tone="waiting">{words.reconnecting}</Notice>
        ) : bond === 'not_proven' ? (
          <Notice tone="bad">{words.not_proven}</Notice>
        ) : code ? (
          <Notice tone={code === 'paper_out' || code === 'print_failed' ? 'warning' : 'info'}>
            {words.activity[code](pages ?? 0)}
          </Notice>
        ) : (
          <p class="strip-calm">{seat.sending ? seenBy : words.not_seen_yet}</p>
        )}
      </div>
      {note ? (
        <div class="strip-note">
          <p>{words.note_approved}</p>
          <Button size="kiosk" icon="document" onPress={note}>
            {words.note_show}
          </Button>
        </div>
      ) : null}
      {bond === 'safe' ? (
        <p class="encrypted">
          <Icon name="lock" /> {words.encrypted}
        </p>
      ) : null}
    </div>
  );
}
