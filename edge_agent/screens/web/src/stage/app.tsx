// The stage: a whole service point in one window, so that one person plays the visitor.
import { useLanguage } from '@etapiste/web/i18n';
import { Button, LanguageRow } from '@etapiste/web/ui';
import { useEffect, useRef, useState } from 'preact/hooks';
import { stageMessages } from '../messages/stage.ts';
import { soundIsOn, tellFrames } from '../sound/output.ts';
import type { ScreenLink } from '../state/screen_link.ts';
import {
  CAPTION,
  type Framed,
  isFramed,
  type Place,
  type Size,
  stageLayout,
} from '../state/stage_layout.ts';
import type { StageState } from '../state/wire.ts';
import { useLink } from '../ui/agent.ts';
import { Blank } from '../ui/blank.tsx';
import { useSoundOff } from '../ui/sound_start.tsx';

export function App({ link }: { link: ScreenLink<StageState> }) {
  const { state, status } = useLink(link);
  const lang = useLanguage();
  const words = stageMessages[lang];
  const soundOff = useSoundOff();
  const [large, enlarge] = useState<Framed | null>(null);
  const floor = useRef<HTMLElement>(null);
  const room = useSize(floor, state !== null);
  useEffect(() => {
    document.title = words.page;
  }, [words]);

  if (status === 'denied') return <Blank title={words.page} text={words.denied} />;
  // The frames stay while the agent is away: each says for itself what is so.
  if (!state) return <Blank title={words.page} text={words.starting} />;
  const start = () => {
    void soundIsOn();
    tellFrames(floor.current?.querySelectorAll('iframe') ?? []);
  };
  const { frames: places, guide } = stageLayout(room, large);
  return (
    <div class="stage">
      <header class="stage-head">
        <h1>{words.page}</h1>
        <p>{words.lead}</p>
        <LanguageRow label={words.languages} />
      </header>
      <main class="floor" ref={floor}>
        {state.frames.map(({ screen, url }) => {
          if (!isFramed(screen)) return null;
          return (
            <Frame
              key={screen}
              title={words.frame[screen].title}
              text={words.frame[screen].text}
              // The bench is the trainer's: it follows the stage's language, without a new load.
              url={screen === 'bench' ? `${url}&lang=${lang}` : url}
              place={places.get(screen)}
              button={
                large === screen
                  ? words.shrink(words.frame[screen].title)
                  : words.enlarge(words.frame[screen].title)
              }
              large={large === screen}
              onSize={() => enlarge(large === screen ? null : screen)}
            />
          );
        })}
        {guide ? (
          <section
            class="guide"
            aria-labelledby="guide"
            style={{ left: px(guide.left), width: px(guide.width), height: px(guide.height) }}
          >
            <h2 id="guide">{words.guide}</h2>
            <ol>
              {words.steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </section>
        ) : null}
      </main>
      {soundOff ? (
        <div class="stage-start">
          <section aria-label={words.start}>
            <h2>{words.page}</h2>
            <p>{words.start_more}</p>
            <Button kind="primary" size="kiosk" icon="play" onPress={start}>
              {words.start}
            </Button>
          </section>
        </div>
      ) : null}
    </div>
  );
}

function px(length: number): string {
  return `${length}px`;
}

interface FrameProps {
  title: string;
  text: string;
  url: string;
  place: Place | undefined;
  button: string;
  large: boolean;
  onSize: () => void;
}

function Frame({ title, text, url, place, button, large, onSize }: FrameProps) {
  const scale = place?.scale ?? 1;
  return (
    <section
      class="framed"
      aria-label={title}
      // A screen that is not shown now lives on: a visit may run in it.
      hidden={!place}
      style={place && { left: px(place.left), top: px(place.top), width: px(place.width) }}
    >
      <header style={{ height: px(CAPTION) }}>
        <h2>{title}</h2>
        <p>{text}</p>
        <Button kind="quiet" icon={large ? 'minus' : 'plus'} label={button} onPress={onSize} />
      </header>
      <div class="frame-box" style={place && { height: px(place.height) }}>
        <iframe
          title={title}
          src={url}
          allow="camera; microphone; autoplay"
          style={{
            width: px((place?.width ?? 0) / scale),
            height: px((place?.height ?? 0) / scale),
            transform: `scale(${scale})`,
          }}
        />
      </div>
    </section>
  );
}

function useSize(element: { current: HTMLElement | null }, there: boolean): Size {
  const [size, setSize] = useState<Size>({ width: 1900, height: 940 });
  useEffect(() => {
    const box = element.current;
    if (!box || !there) return undefined;
    const watcher = new ResizeObserver(() =>
      setSize({ width: box.clientWidth, height: box.clientHeight }),
    );
    watcher.observe(box);
    return () => watcher.disconnect();
  }, [element, there]);
  return size;
}
