// Whom does the clerk ask into the visit? A colleague who is free, or another agency's help.

import { useLanguage } from '@etapiste/web/i18n';
import { Dialog } from '@etapiste/web/ui';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import type { AskColleague, ConsultTargets } from '../state/types.ts';
import { useParts } from './context.ts';
import { FormFoot } from './form-foot.tsx';
import { LookedUp, Nobody } from './looked-up.tsx';

export function ConsultDialog({ close }: { close: () => void }) {
  const { app } = useParts();
  const t = useT();
  return (
    <Dialog title={t('consult.title')} onClose={close}>
      <LookedUp look={app.consultTargets} failed={t('consult.failed')} close={close}>
        {(targets) =>
          targets.colleagues.length + targets.agencies.length > 0 ? (
            <Form targets={targets} close={close} />
          ) : (
            <Nobody words={t('consult.nobody')} close={close} />
          )
        }
      </LookedUp>
    </Dialog>
  );
}

/** What is chosen, as one value of the list. */
function wish(chosen: string): AskColleague {
  const [kind, id = ''] = chosen.split(' ');
  return kind === 'staff' ? { staff_id: id, service: null } : { staff_id: null, service: id };
}

function Form({ targets, close }: { targets: ConsultTargets; close: () => void }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const [chosen, choose] = useState('');
  const first = useRef<HTMLSelectElement>(null);
  // The question is there before what can be answered: the focus follows when it comes.
  useEffect(() => first.current?.focus(), []);
  const ask = async () => {
    if (await app.askColleague(wish(chosen))) close();
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) void ask();
      }}
    >
      <p>{t('consult.lead')}</p>
      <label class="field">
        {t('consult.whom')}
        <select
          ref={first}
          required
          value={chosen}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="">{t('consult.choose')}</option>
          {targets.colleagues.length > 0 ? (
            <optgroup label={t('consult.own')}>
              {targets.colleagues.map(({ staff_id, alias }) => (
                <option key={staff_id} value={`staff ${staff_id}`}>
                  {alias}
                </option>
              ))}
            </optgroup>
          ) : null}
          {targets.agencies.map((each) => (
            <optgroup key={each.code} label={each.name[lang]}>
              {each.services.map(({ code, name }) => (
                <option key={code} value={`service ${code}`}>
                  {name[lang]}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <FormFoot does="ask_colleague" words={t('consult.send')} disabled={!chosen} close={close} />
    </form>
  );
}
