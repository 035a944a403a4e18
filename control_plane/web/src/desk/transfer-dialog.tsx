// Where does the visitor go on? Service or agency, person, place, seat and reason, all by keyboard.

import { useLanguage } from '@etapiste/web/i18n';
import { type Readable, Store, useStore } from '@etapiste/web/state';
import { Dialog } from '@etapiste/web/ui';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import type { OwnNote } from '../state/note.ts';
import { transferBlock } from '../state/rules.ts';
import type { Place, TransferReason, TransferTargets, Visit } from '../state/types.ts';
import type { VisitRoom } from '../state/visit-room.ts';
import { useParts } from './context.ts';
import { FormFoot } from './form-foot.tsx';
import { LookedUp } from './looked-up.tsx';

const REASONS: readonly TransferReason[] = [
  'other_matter',
  'further_matter',
  'specialist',
  'language',
  'conflict',
];
const PLACES: readonly Place[] = ['arrival', 'first', 'last'];

const NO_NOTE: Readable<OwnNote | null> = new Store<OwnNote | null>(null);

interface DialogProps {
  visit: Visit;
  room: VisitRoom | null;
  agency: string;
  close: () => void;
}

export function TransferDialog({ visit, room, agency, close }: DialogProps) {
  const { app } = useParts();
  const t = useT();
  return (
    <Dialog title={t('transfer.title', { number: visit.number })} onClose={close}>
      <LookedUp look={app.targets} failed={t('transfer.failed')} close={close}>
        {(targets) => <Form {...{ visit, room, agency, targets, close }} />}
      </LookedUp>
    </Dialog>
  );
}

function Form({ visit, room, agency, targets, close }: DialogProps & { targets: TransferTargets }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const note = useStore<OwnNote | null>(room?.booth.note.own ?? NO_NOTE);
  const [service, setService] = useState('');
  const first = useRef<HTMLSelectElement>(null);
  // The question is there before what can be answered: the focus follows when it comes.
  useEffect(() => first.current?.focus(), []);
  const [reason, setReason] = useState<TransferReason>('other_matter');
  const [person, setPerson] = useState('');
  const [place, setPlace] = useState<Place>('arrival');
  const [seated, setSeated] = useState(true);
  const target = targets.agencies.find(({ services }) =>
    services.some(({ code }) => code === service),
  );
  const own = target?.code === agency;
  const block = transferBlock({ visit, service, person: own ? person : '', own });
  const send = async () => {
    const sent = await app.transfer({
      service,
      reason,
      staff_id: own && person ? person : null,
      place,
      stays_seated: seated,
    });
    if (sent) close();
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (block === null) void send();
      }}
    >
      <label class="field">
        {t('transfer.service')}
        <select
          ref={first}
          required
          value={service}
          onChange={(event) => setService(event.currentTarget.value)}
        >
          <option value="">{t('transfer.choose')}</option>
          {targets.agencies.map((each) => (
            <optgroup
              key={each.code}
              label={
                each.on_duty ? each.name[lang] : t('transfer.nobody', { name: each.name[lang] })
              }
            >
              {each.services.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name[lang]}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <label class="field">
        {t('transfer.reason')}
        <select
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value as TransferReason)}
        >
          {REASONS.map((code) => (
            <option key={code} value={code}>
              {t(`transfer.reason.${code}`)}
            </option>
          ))}
        </select>
      </label>
      {own ? (
        <label class="field">
          {t('transfer.person')}
          <select value={person} onChange={(event) => setPerson(event.currentTarget.value)}>
            <option value="">{t('transfer.anybody')}</option>
            {targets.colleagues.map(({ staff_id, alias, state }) => (
              <option key={staff_id} value={staff_id}>
                {alias} · {t(`state.${state}`)}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <fieldset class="choices">
        <legend>{t('transfer.place')}</legend>
        {PLACES.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="place"
              checked={place === each}
              onChange={() => setPlace(each)}
            />
            {t(`transfer.place.${each}`)}
          </label>
        ))}
      </fieldset>
      <label class="menu-check">
        <input
          type="checkbox"
          checked={seated}
          onChange={(event) => setSeated(event.currentTarget.checked)}
        />
        <span>
          {t('transfer.seated')}
          <small>
            {target && !target.on_duty
              ? t('transfer.seated.nobody')
              : t('transfer.seated.about', { minutes: Math.round(targets.seat_s / 60) })}
          </small>
        </span>
      </label>
      {note?.state === 'approved' ? <p>{t('transfer.note')}</p> : null}
      {block && block !== 'nothing' ? (
        <p class="queue-block" role="status">
          {t(`transfer.block.${block}`)}
        </p>
      ) : null}
      <FormFoot
        does="transfer"
        words={t('transfer.send')}
        disabled={block !== null}
        close={close}
      />
    </form>
  );
}
