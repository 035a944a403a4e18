// The info screen, read from six metres: which number is to go where?
import { setLanguage } from '@etapiste/web/i18n';
import { Icon } from '@etapiste/web/ui';
import { useEffect, useRef } from 'preact/hooks';
import { infoMessages } from '../messages/info.ts';
import { shutMessages } from '../messages/shut.ts';
import { generalWait, whyGrew } from '../messages/waiting.ts';
import type { Player } from '../sound/player.ts';
import { type CalledList, calledList, remembered, type ShownCall } from '../state/calls.ts';
import { opensNext } from '../state/doors.ts';
import type { ScreenLink } from '../state/screen_link.ts';
import type { CalledNumber, InfoState } from '../state/wire.ts';
import { useLink } from '../ui/agent.ts';
import { Blank } from '../ui/blank.tsx';
import { Clock } from '../ui/clock.tsx';
import { EveryLanguage } from '../ui/every_language.tsx';
import { SoundStart } from '../ui/sound_start.tsx';
import { useCall } from '../ui/use_call.ts';

const MOST_BEFORE = 4;
const MOST_KEPT = 12;

export function App({ link, calls }: { link: ScreenLink<InfoState>; calls: Player }) {
  const { state, status } = useLink(link);
  const call = useCall(link, calls);
  const first = state?.languages?.[0] ?? 'fi';
  useEffect(() => {
    setLanguage(first);
    document.title = infoMessages[first].page;
  }, [first]);

  // Numbers only, and only as long as this page lives.
  const earlier = useRef<readonly CalledNumber[]>([]);
  if (state) earlier.current = remembered(earlier.current, state.called, MOST_KEPT);

  if (!state || status !== 'open') {
    return <Blank title={infoMessages[first].page} text={infoMessages[first].agent_gone} />;
  }
  const list = calledList(state.called, MOST_BEFORE, earlier.current);
  const say = (key: 'called_now' | 'called_before' | 'how' | 'offline') => (
    <EveryLanguage languages={state.languages} words={(lang) => infoMessages[lang][key]} />
  );
  return (
    <div class="info">
      <header class="info-head">
        <h1>{state.point.name[first]}</h1>
        <Clock state={state} lang={first} />
      </header>
      <main class="info-now" aria-live="assertive">
        <h2>{say('called_now')}</h2>
        <Now list={list} call={call} state={state} />
      </main>
      {(state.interrupted ?? []).length > 0 ? <Interrupted state={state} /> : null}
      <aside class="info-before" aria-label={infoMessages[first].called_before}>
        <h2>{say('called_before')}</h2>
        {list.before.length === 0 ? (
          <p class="info-quiet">
            <EveryLanguage
              languages={state.languages}
              words={(lang) => infoMessages[lang].none_before}
            />
          </p>
        ) : (
          <ol>
            {list.before.map((called) => (
              <li key={called.ticket_id}>
                <strong>{called.number}</strong>
                {called.missed ? (
                  <EveryLanguage
                    languages={state.languages}
                    words={(lang) => infoMessages[lang].missed}
                  />
                ) : null}
              </li>
            ))}
          </ol>
        )}
      </aside>
      <footer class="info-foot">
        {state.online ? (
          <>
            <p>
              <EveryLanguage
                languages={state.languages}
                words={(lang) => infoMessages[lang][`${state.day_mode}_day`]}
              />
            </p>
            {state.opens_at ? (
              <p>
                <EveryLanguage
                  languages={state.languages}
                  words={(lang) =>
                    opensNext(lang, state, { ...state, readiness: `${state.day_mode}_day` })
                  }
                />
              </p>
            ) : null}
            {state.day_mode === 'queue' ? (
              <p>
                <EveryLanguage
                  languages={state.languages}
                  words={(lang) => infoMessages[lang].waiting(state.waiting)}
                />
              </p>
            ) : null}
            {state.day_mode === 'queue' ? <GeneralWait state={state} /> : null}
          </>
        ) : (
          <p class="info-offline" role="status">
            <Icon name="alert" />
            {say('offline')}
          </p>
        )}
      </footer>
      <SoundStart
        lang={first}
        words={{ start: infoMessages[first].sound, more: infoMessages[first].sound_more }}
      />
    </div>
  );
}

function GeneralWait({ state }: { state: InfoState }) {
  const { wait } = state;
  if (!wait) return null;
  return (
    <>
      <p>
        <EveryLanguage languages={state.languages} words={(lang) => generalWait[lang](wait)} />
      </p>
      {whyGrew('fi', state.wait_because) ? (
        <p>
          <EveryLanguage
            languages={state.languages}
            words={(lang) => whyGrew(lang, state.wait_because) ?? ''}
          />
        </p>
      ) : null}
    </>
  );
}

/** To those who wait for an agency that calls nobody any more; never which numbers these are. */
function Interrupted({ state }: { state: InfoState }) {
  return (
    <section class="info-interrupted" role="alert">
      {(state.interrupted ?? []).map(({ name, way }) => (
        <p key={name.fi}>
          <Icon name="alert" />
          <EveryLanguage
            languages={state.languages}
            words={(lang) =>
              `${shutMessages[lang].waiting(name[lang])} ${shutMessages[lang].instead[way]}`
            }
          />
        </p>
      ))}
    </section>
  );
}

function Now({
  list,
  call,
  state,
}: {
  list: CalledList;
  call: ShownCall | null;
  state: InfoState;
}) {
  const [newest, ...others] = list.now;
  if (!newest) {
    return (
      <p class="info-none">
        <EveryLanguage
          languages={state.languages}
          words={(lang) => infoMessages[lang].none_called}
        />
      </p>
    );
  }
  const blink = call?.call.number === newest.number ? `${call.call.attempt}` : 'still';
  return (
    <>
      <Called key={`${newest.ticket_id}-${blink}`} called={newest} state={state} call={call} />
      {others.map((called) => (
        <Called key={called.ticket_id} called={called} state={state} call={null} small />
      ))}
    </>
  );
}

function Called({
  called,
  state,
  call,
  small,
}: {
  called: CalledNumber;
  state: InfoState;
  call: ShownCall | null;
  small?: boolean;
}) {
  // The called visitor's own language leads while the call sounds.
  const lead = call?.call.language ?? state.languages?.[0] ?? 'fi';
  const rest = (state.languages ?? []).filter((lang) => lang !== lead);
  return (
    <div class={small ? 'called called-small' : 'called'} data-blink={call ? 'once' : undefined}>
      <p class="called-number">{called.number}</p>
      <div class="called-where">
        <p class="called-booth" lang={lead}>
          <span aria-hidden="true">→ </span>
          {called.booth_name[lead]}
        </p>
        <p class="called-direction" lang={lead}>
          {called.direction[lead]}
        </p>
        <p class="called-others">
          {rest.map((lang) => (
            <span key={lang} lang={lang}>
              {called.booth_name[lang]}, {called.direction[lang]}
            </span>
          ))}
        </p>
      </div>
    </div>
  );
}
