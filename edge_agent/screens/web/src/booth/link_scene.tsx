// A clerk's picture in a booth where nobody is served: whose it is, and that it goes one way only.
import { boothMessages } from '../messages/booth.ts';
import { EveryLanguage } from '../ui/every_language.tsx';
import type { SceneProps } from './app.tsx';
import { StreamVideo } from './stream_video.tsx';

/** Nothing is heard of the clerk: sound comes with a visit. */
export function LinkScene({ state, seat, words }: SceneProps) {
  const { link, languages } = state;
  if (!link) return null;
  return (
    <section class="clerk-scene link-scene">
      <div class="clerk-faces">
        <StreamVideo track={seat.picture} label={words.clerk} class="clerk-picture" />
      </div>
      <div class="clerk-top">
        <h1 class="clerk-name">
          <EveryLanguage
            languages={languages}
            words={(each) => boothMessages[each].clerk_of(link.clerk_name, link.agency_name[each])}
          />
        </h1>
      </div>
      <div class="strip">
        <div class="strip-now">
          <p class="strip-calm">
            <EveryLanguage languages={languages} words={(each) => boothMessages[each].link_alone} />
          </p>
        </div>
      </div>
    </section>
  );
}
