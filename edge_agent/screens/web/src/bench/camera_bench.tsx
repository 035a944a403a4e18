// What lies under the document camera: a sample, a picture of one's own, or nothing.
import { announce, Button, Icon } from '@etapiste/web/ui';
import { useRef, useState } from 'preact/hooks';
import { ConditionTag, type PartProps, PlugSwitch } from './app.tsx';
import { withToken } from './pictures.tsx';

const MOST_BYTES = 10 * 1024 * 1024;

export function CameraBench({ state, words, act, token }: PartProps) {
  const file = useRef<HTMLInputElement>(null);
  const [trouble, setTrouble] = useState('');
  const [sending, setSending] = useState(false);
  const { camera } = state;
  if (!camera) return null;

  function told(text: string) {
    setTrouble(text);
    announce(text, { assertive: true });
  }
  async function upload(picture: File) {
    setTrouble('');
    if (picture.size > MOST_BYTES) return told(words.upload_too_large);
    setSending(true);
    try {
      const answer = await fetch(withToken('/bench/sheet', token), {
        method: 'POST',
        headers: { 'Content-Type': picture.type || 'application/octet-stream' },
        body: picture,
      });
      if (answer.status === 413) told(words.upload_too_large);
      else if (!answer.ok) told(words.upload_failed);
    } catch {
      told(words.upload_failed);
    } finally {
      setSending(false);
    }
  }

  return (
    <section class="part" aria-labelledby="camera">
      <h2 id="camera">
        {words.camera} <ConditionTag condition={camera.condition} words={words} />
      </h2>
      <ul class="lay">
        {camera.sheets.map(({ name, url }) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={camera.sheet === name}
              onClick={() => act({ action: 'sheet', name: camera.sheet === name ? null : name })}
            >
              <img src={withToken(url, token)} alt="" />
              <span>{words.sample[name] ?? words.own_sheet}</span>
              {camera.sheet === name ? (
                <span class="laid">
                  <Icon name="check" /> {words.under_camera}
                </span>
              ) : null}
            </button>
          </li>
        ))}
      </ul>
      {camera.sheet === null ? <p class="part-more">{words.nothing_under}</p> : null}
      <div class="switches">
        <Button
          icon="plus"
          busy={sending}
          hint={words.upload_more}
          onPress={() => file.current?.click()}
        >
          {words.upload}
        </Button>
        <input
          ref={file}
          class="unseen"
          type="file"
          tabIndex={-1}
          aria-label={words.upload}
          accept="image/jpeg,image/png,image/webp"
          onChange={(event) => {
            const [picture] = event.currentTarget.files ?? [];
            event.currentTarget.value = '';
            if (picture) void upload(picture);
          }}
        />
        {camera.sheet === null ? null : (
          <Button icon="close" onPress={() => act({ action: 'sheet', name: null })}>
            {words.take_away}
          </Button>
        )}
        <PlugSwitch
          port="document_camera"
          unplugged={camera.condition === 'unplugged'}
          {...{ words, act }}
        />
      </div>
      {trouble ? <p class="trouble">{trouble}</p> : null}
    </section>
  );
}
