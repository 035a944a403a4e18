// A browser that wants a touch before it makes a sound: asked for once, and said why.
import type { Lang } from '@etapiste/web/i18n';
import { audioReady } from '@etapiste/web/media';
import { useStore } from '@etapiste/web/state';
import { Button } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import { soundIsOn } from '../sound/output.ts';

interface SoundStartProps {
  lang: Lang;
  words: { start: string; more: string };
  onStart?: () => void;
}

/** Is sound still waiting for a touch? Not said before the browser has answered. */
export function useSoundOff(): boolean {
  const ready = useStore(audioReady);
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    let gone = false;
    void soundIsOn().then(() => {
      if (!gone) setAsked(true);
    });
    return () => {
      gone = true;
    };
  }, []);
  return asked && !ready;
}

export function SoundStart({ lang, words, onStart }: SoundStartProps) {
  const off = useSoundOff();
  if (!off) return null;
  return (
    <section class="sound-start" lang={lang} aria-label={words.start}>
      <p>{words.more}</p>
      <Button
        kind="primary"
        size="kiosk"
        icon="sound"
        onPress={() => {
          void soundIsOn();
          onStart?.();
        }}
      >
        {words.start}
      </Button>
    </section>
  );
}
