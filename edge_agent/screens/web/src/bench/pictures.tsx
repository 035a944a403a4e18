// What came out on paper, the newest first, readable when enlarged.
import { Button, Dialog } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import type { BenchMessages } from '../messages/bench.ts';
import type { BenchPicture } from '../state/wire.ts';

interface PicturesProps {
  pictures: readonly BenchPicture[];
  words: BenchMessages;
  token: string;
  name: (place: number) => string;
  none: string;
  class: string;
}

/** A picture's address with the token that the agent asks for. */
export function withToken(url: string, token: string): string {
  if (url.includes('token=')) return url;
  return `${url}${url.includes('?') ? '&' : '?'}token=${encodeURIComponent(token)}`;
}

export function Pictures({ pictures, words, token, name, none, class: extra }: PicturesProps) {
  const [large, enlarge] = useState<{ picture: BenchPicture; title: string } | null>(null);
  if (pictures.length === 0) return <p class="part-more pictures-none">{none}</p>;
  return (
    <>
      <ol class={`pictures ${extra}`} aria-live="polite">
        {pictures
          .map((picture, at) => ({ picture, title: name(at + 1) }))
          .reverse()
          .map(({ picture, title }) => (
            <li key={picture.id}>
              <button
                type="button"
                aria-label={`${words.enlarge}: ${title}`}
                onClick={() => enlarge({ picture, title })}
              >
                <img src={withToken(picture.url, token)} alt={title} />
              </button>
            </li>
          ))}
      </ol>
      {large ? (
        <Dialog title={large.title} onClose={() => enlarge(null)} class="large-picture">
          <Button icon="close" autoFocus onPress={() => enlarge(null)}>
            {words.close}
          </Button>
          <img src={withToken(large.picture.url, token)} alt={large.title} />
        </Dialog>
      ) : null}
    </>
  );
}
