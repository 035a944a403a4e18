// The bench: everything that hands do and eyes see at a virtual point, beside its screens.
import { useLanguage } from '@etapiste/web/i18n';
import { Announcer, Button, Icon, LanguageRow } from '@etapiste/web/ui';
import { useEffect } from 'preact/hooks';
import { type BenchMessages, benchMessages } from '../messages/bench.ts';
import type { ScreenLink } from '../state/screen_link.ts';
import type { BenchAction, BenchState, PeripheralPort } from '../state/wire.ts';
import { useLink } from '../ui/agent.ts';
import { Blank } from '../ui/blank.tsx';
import { CameraBench } from './camera_bench.tsx';
import { HoldButton } from './hold_button.tsx';
import { Pictures } from './pictures.tsx';
import { Switch } from './switch.tsx';

export interface PartProps {
  state: BenchState;
  words: BenchMessages;
  act: (action: BenchAction) => void;
  token: string;
}

interface AppProps {
  link: ScreenLink<BenchState>;
  token: string;
  /** Shown within the stage. */
  framed: boolean;
}

export function App({ link, token, framed }: AppProps) {
  const { state, status } = useLink(link);
  const lang = useLanguage();
  const words = benchMessages[lang];
  useEffect(() => {
    document.title = words.page;
  }, [words]);
  if (status === 'denied') return <Blank title={words.page} text={words.denied} />;
  if (!state || status !== 'open') return <Blank title={words.page} text={words.starting} />;
  const props: PartProps = {
    state,
    words,
    token,
    act: (action) => void link.say({ type: 'bench', ...action }),
  };
  return (
    <div class={framed ? 'bench bench-framed' : 'bench'}>
      <header class="bench-head">
        <h1>{words.page}</h1>
        <p>{words.lead}</p>
        <LanguageRow label={words.languages} />
      </header>
      <main class="bench-parts">
        <Hands {...props} />
        <TicketPrinter {...props} />
        <DocumentPrinter {...props} />
        <CameraBench {...props} />
        <Journal {...props} />
      </main>
      <Announcer />
    </div>
  );
}

function Hands({ state, words, act }: PartProps) {
  return (
    <section class="part" aria-labelledby="hands">
      <h2 id="hands">{words.booth}</h2>
      <Switch
        on={state.presence}
        label={words.presence}
        big
        onSwitch={(value) => act({ action: 'presence', value })}
      />
      <p class="part-more">{state.presence ? words.presence_on_more : words.presence_off_more}</p>
      <h3>{words.press_title}</h3>
      <div class="hold-buttons">
        {state.buttons.map((place) => (
          <HoldButton
            key={place}
            label={words.button[place]}
            hint={words.press_more}
            onRing={() => act({ action: 'press', place })}
          />
        ))}
      </div>
      <p class="lamp" data-lit={state.lamp || undefined} role="status">
        <span class="lamp-bulb" aria-hidden="true" />
        {state.lamp ? words.lamp_on : words.lamp_off}
      </p>
    </section>
  );
}

function TicketPrinter({ state, words, act, token }: PartProps) {
  const printer = state.ticket_printer;
  if (!printer) return null;
  return (
    <section class="part" aria-labelledby="ticket-printer">
      <h2 id="ticket-printer">
        {words.ticket_printer} <ConditionTag condition={printer.condition} words={words} />
      </h2>
      <Pictures
        pictures={printer.slips}
        words={words}
        token={token}
        name={words.slip}
        none={words.no_slips}
        class="slips"
      />
      <PrinterSwitches port="ticket_printer" condition={printer.condition} {...{ words, act }} />
    </section>
  );
}

function DocumentPrinter({ state, words, act, token }: PartProps) {
  const printer = state.document_printer;
  if (!printer) return null;
  return (
    <section class="part" aria-labelledby="document-printer">
      <h2 id="document-printer">
        {words.document_printer} <ConditionTag condition={printer.condition} words={words} />
      </h2>
      <Pictures
        pictures={printer.sheets}
        words={words}
        token={token}
        name={words.sheet}
        none={words.no_sheets}
        class="sheets"
      />
      {printer.paper === undefined ? null : (
        <p class="part-more">{words.paper_left(printer.paper)}</p>
      )}
      <PrinterSwitches port="document_printer" condition={printer.condition} {...{ words, act }} />
    </section>
  );
}

export function ConditionTag({
  condition,
  words,
}: {
  condition: keyof BenchMessages['condition'];
  words: BenchMessages;
}) {
  const well = condition === 'ready' || condition === 'busy';
  return (
    <span class="condition" data-well={well || undefined}>
      <Icon name={well ? 'check' : 'alert'} /> {words.condition[condition]}
    </span>
  );
}

function PrinterSwitches({
  port,
  condition,
  words,
  act,
}: {
  port: PeripheralPort;
  condition: keyof BenchMessages['condition'];
} & Pick<PartProps, 'words' | 'act'>) {
  return (
    <div class="switches">
      <Switch
        on={condition === 'paper_out'}
        label={words.paper_out}
        onSwitch={(on) => act({ action: on ? 'paper_out' : 'paper_in', port })}
      />
      <Switch
        on={condition === 'cover_open'}
        label={words.cover_open}
        onSwitch={(on) => act({ action: on ? 'cover_open' : 'cover_close', port })}
      />
      <PlugSwitch {...{ port, words, act }} unplugged={condition === 'unplugged'} />
    </div>
  );
}

export function PlugSwitch({
  port,
  words,
  act,
  unplugged,
  label,
}: {
  port: PeripheralPort;
  unplugged: boolean;
  label?: string;
} & Pick<PartProps, 'words' | 'act'>) {
  return (
    <Switch
      on={unplugged}
      label={label ?? words.unplug}
      onSwitch={(on) => act({ action: on ? 'unplug' : 'plug', port })}
    />
  );
}

function Journal({ state, words, act }: PartProps) {
  const journal = state.journal.map((phrase, at) => ({ phrase, at })).reverse();
  return (
    <section class="part" aria-labelledby="journal">
      <h2 id="journal">{words.journal}</h2>
      {journal.length === 0 ? <p class="part-more">{words.journal_empty}</p> : null}
      <ol class="journal">
        {journal.slice(0, 8).map(({ phrase, at }) => (
          <li key={at}>{words.phrase[phrase] ?? phrase}</li>
        ))}
      </ol>
      <Button icon="close" hint={words.clear_more} onPress={() => act({ action: 'clear' })}>
        {words.clear}
      </Button>
    </section>
  );
}
