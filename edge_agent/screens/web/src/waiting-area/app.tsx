// The waiting-area screen: which parts stand on it, whatever the step?
import { setLanguage } from '@etapiste/web/i18n';
import { useNow, useStore } from '@etapiste/web/state';
import { Announcer, announce, Button, LanguageRow, setContrast } from '@etapiste/web/ui';
import { useEffect } from 'preact/hooks';
import { waitingAreaMessages } from '../messages/waiting_area.ts';
import type { Player } from '../sound/player.ts';
import type { NumberDesk } from '../state/number_desk.ts';
import { isFresh, limitOf, obstacle } from '../state/number_path.ts';
import { patience } from '../state/patience.ts';
import type { ScreenLink } from '../state/screen_link.ts';
import type { WaitingAreaState } from '../state/wire.ts';
import { useLink } from '../ui/agent.ts';
import { Blank } from '../ui/blank.tsx';
import { useCall } from '../ui/use_call.ts';
import { CallBanner } from './call_banner.tsx';
import { StepView } from './steps.tsx';
import { TimeWarning } from './time_warning.tsx';
import { Upper } from './upper.tsx';
import { useReadAloud } from './use_read_aloud.ts';

interface AppProps {
  link: ScreenLink<WaitingAreaState>;
  desk: NumberDesk;
  calls: Player;
  reader: Player;
}

export function App({ link, desk, calls, reader }: AppProps) {
  const { state, status } = useLink(link);
  const path = useStore(desk.path);
  const now = useNow(500);
  const words = waitingAreaMessages[path.language];
  const first = state?.languages?.[0] ?? 'fi';
  const call = useCall(link, calls, reader);
  const speaking = useStore(reader.speaking);
  useReadAloud({ link, path, state, words, reader });

  useEffect(() => setLanguage(path.language), [path.language]);
  useEffect(() => setContrast(path.contrast), [path.contrast]);
  useEffect(() => {
    document.title = words.page;
  }, [words]);
  useEffect(() => {
    const timer = setInterval(() => desk.happened({ kind: 'time_passed' }), 500);
    return () => clearInterval(timer);
  }, [desk]);
  useEffect(() => {
    // The first state brings the point's own first language to a screen that nobody uses yet.
    if (isFresh(path, 'fi') && path.language !== first) desk.happened({ kind: 'done' });
  }, [desk, first, path]);
  useEffect(() => {
    const touched = () => desk.happened({ kind: 'touched' });
    addEventListener('pointerdown', touched);
    addEventListener('keydown', touched);
    return () => {
      removeEventListener('pointerdown', touched);
      removeEventListener('keydown', touched);
    };
  }, [desk]);

  if (status === 'denied') return <Blank {...words.denied} />;
  if (!state || status !== 'open') return <Blank {...words.agent_gone} />;

  const rest = patience(limitOf(path, first), path.touched_at, now);
  const inUse = !isFresh(path, first);
  const help = () => {
    desk.callHelp();
    announce(words.help_called.title);
  };
  return (
    <div class="screen" data-step={path.step.at} data-call={call && !inUse ? 'full' : undefined}>
      <Upper state={state} path={path} words={words} />
      <main class="lower">
        <LanguageRow
          size="kiosk"
          label={words.languages}
          languages={state.languages ?? ['fi', 'sv', 'en']}
          onChange={(language) => desk.happened({ kind: 'language_chosen', language })}
        />
        <StepView state={state} path={path} words={words} desk={desk} help={help} />
      </main>
      <footer class="always">
        <Button kind="primary" size="kiosk" icon="help" onPress={help}>
          {words.need_help}
        </Button>
        <Button
          size="kiosk"
          icon="contrast"
          onPress={() => desk.happened({ kind: 'contrast_switched' })}
        >
          {path.contrast === 'high' ? words.normal_contrast : words.high_contrast}
        </Button>
        <Button
          size="kiosk"
          icon="sound"
          onPress={() => desk.happened({ kind: 'listening_switched' })}
        >
          {path.listening ? words.stop_listening : words.listen}
        </Button>
      </footer>
      {call ? <CallBanner shown={call} full={!inUse} /> : null}
      {rest.state === 'announced' && !speaking && obstacle(state) === null ? (
        <TimeWarning
          words={words}
          seconds_left={rest.seconds_left}
          onMore={() => desk.happened({ kind: 'touched' })}
          onDone={() => desk.happened({ kind: 'done' })}
        />
      ) : null}
      <Announcer />
    </div>
  );
}
