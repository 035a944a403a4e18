// The booth's screen: which scene stands on it?
import { setLanguage } from '@etapiste/web/i18n';
import { type Store, useStore } from '@etapiste/web/state';
import { Announcer, Button } from '@etapiste/web/ui';
import { useEffect } from 'preact/hooks';
import { type BoothMessages, boothMessages } from '../messages/booth.ts';
import type { Player } from '../sound/player.ts';
import { type Scene, sceneOf } from '../state/booth_scene.ts';
import type { ScreenLink } from '../state/screen_link.ts';
import type { BoothScreenState } from '../state/wire.ts';
import { useLink } from '../ui/agent.ts';
import { Blank } from '../ui/blank.tsx';
import { SoundStart } from '../ui/sound_start.tsx';
import { Always } from './always.tsx';
import { ClerkScene } from './clerk_scene.tsx';
import { Rate, TakeAlong, Thanks } from './farewell.tsx';
import { LinkScene } from './link_scene.tsx';
import { Idle, Leaving, Message, Seated } from './quiet_scenes.tsx';
import type { SeatView } from './seat.ts';

/** Nothing to press there but what the scene itself offers. */
const WITHOUT_HELP: ReadonlySet<Scene> = new Set(['rate', 'thanks', 'wiping', 'elsewhere']);

export interface SceneProps {
  speech: Player;
  state: BoothScreenState;
  seat: SeatView;
  words: BoothMessages;
  link: ScreenLink<BoothScreenState>;
}

export function App({
  link,
  seat: seatStore,
  speech,
}: {
  link: ScreenLink<BoothScreenState>;
  speech: Player;
  seat: Store<SeatView>;
}) {
  const { state, status } = useLink(link);
  const seat = useStore(seatStore);
  const lang = state?.language ?? 'fi';
  const words = boothMessages[lang];
  useEffect(() => {
    setLanguage(lang);
    document.title = words.page;
  }, [lang, words]);

  if (status === 'denied') return <Blank title={words.page} text={words.denied} />;
  if (!state) return <Blank title={words.page} text={words.starting} />;
  const scene = sceneOf(state, seat.clerk);
  // Without its agent the page still has the clerk's picture: the visit goes on for a while.
  if (status !== 'open' && scene !== 'clerk') {
    return <Blank title={words.starting} text={words.reconnecting} />;
  }
  const props = { state, seat, words, link, speech };
  return (
    <div class="booth" data-scene={scene}>
      <main class="scene">
        <SceneView scene={scene} {...props} />
      </main>
      {WITHOUT_HELP.has(scene) ? null : <Always {...props} />}
      <SoundStart lang={lang} words={{ start: words.start, more: words.start_more }} />
      <Announcer />
    </div>
  );
}

function SceneView({ scene, ...props }: SceneProps & { scene: Scene }) {
  const { words } = props;
  switch (scene) {
    case 'idle':
      return <Idle {...props} />;
    case 'link':
      return <LinkScene {...props} />;
    case 'elsewhere':
      return (
        <Message title={words.elsewhere} text={words.elsewhere_more}>
          <Button kind="primary" size="kiosk" onPress={() => location.reload()}>
            {words.use_here}
          </Button>
        </Message>
      );
    case 'out_of_use':
      return <Message title={words.out_of_use} text={words.out_of_use_more} />;
    case 'testing':
      return <Message title={words.prepare} text={words.testing} waiting />;
    case 'clerk':
      return <ClerkScene {...props} />;
    case 'take_along':
      return <TakeAlong {...props} />;
    case 'rate':
      return <Rate {...props} />;
    case 'thanks':
      return <Thanks {...props} />;
    case 'seated':
      return <Seated {...props} />;
    case 'leaving':
      return <Leaving {...props} />;
    case 'wiping':
      return <Message title={words.thanks} text={words.wiping} waiting />;
  }
}
