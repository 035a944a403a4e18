// What are the agency's desks told now? A short word that ends by itself.

import { timeOfDay, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Button, Dialog } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import type { Supervision } from '../state/types.ts';
import { useParts } from './context.ts';
import { LONGEST } from './reason-dialog.tsx';

const MINUTES = [15, 30, 60, 120, 240, 480] as const;

export function Messages({ board }: { board: Supervision }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const busy = useStore(app.busy);
  const [telling, setTelling] = useState(false);
  return (
    <section aria-labelledby="messages-title">
      <div class="board-head">
        <h2 id="messages-title">{t('board.messages')}</h2>
        <Button disabled={busy} onPress={() => setTelling(true)}>
          {t('board.tell')}
        </Button>
      </div>
      {board.broadcasts.length === 0 ? (
        <p class="quiet">{t('board.no_messages')}</p>
      ) : (
        <ul class="plain rows">
          {board.broadcasts.map((message) => (
            <li key={message.id}>
              <div>
                <p>{message.text}</p>
                <p class="quiet">
                  {message.sender} · {t('board.until', { time: timeOfDay(message.ends_at, lang) })}{' '}
                  · {t('board.read_by', { count: message.read })}
                </p>
              </div>
              <Button disabled={busy} onPress={() => void app.takeMessageBack(message.id)}>
                {t('board.take_back')}
                <span class="unseen"> {message.text}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      {telling ? <TellDialog close={() => setTelling(false)} /> : null}
    </section>
  );
}

function TellDialog({ close }: { close: () => void }) {
  const { app } = useParts();
  const t = useT();
  const busy = useStore(app.busy);
  const [text, setText] = useState('');
  const [minutes, setMinutes] = useState(60);
  const said = text.trim();
  return (
    <Dialog title={t('board.tell_title')} onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!said || busy) return;
          void app.tell(said, minutes).then(close);
        }}
      >
        <label class="field">
          {t('board.text')}
          <input
            type="text"
            required
            data-autofocus
            maxLength={LONGEST}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <small>{t('board.text_about')}</small>
        </label>
        <label class="field">
          {t('board.minutes')}
          <select
            value={minutes}
            onChange={(event) => setMinutes(Number(event.currentTarget.value))}
          >
            {MINUTES.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <div class="dialog-actions">
          <Button
            kind="primary"
            type="submit"
            busy={busy}
            disabled={!said}
            onPress={() => undefined}
          >
            {t('board.tell')}
          </Button>
          <Button onPress={close}>{t('app.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
