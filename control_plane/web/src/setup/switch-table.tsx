// What does an agency do at a point? The table of switches; each acts when it is touched.

import { useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { announce } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { type Pair, pairs, SWITCHES, type Switch } from '../state/setup.ts';
import { nameOf, useParts } from './context.ts';

export function SwitchTable() {
  const { app, view } = useParts();
  const t = useT();
  const lang = useLanguage();
  const busy = useStore(app.busy);
  const first = view.agencies[0] ? `agency:${view.agencies[0].code}` : '';
  const [choice, setChoice] = useState(first);
  const shown = choice || first;
  const [by, code = ''] = shown.split(':');
  const rows = by === 'point' ? pairs(view, { point: code }) : pairs(view, { agency: code });
  const name = by === 'point' ? nameOf(view.points, code, lang) : nameOf(view.agencies, code, lang);
  const turn = async (pair: Pair, each: Switch) => {
    const content = { ...pair.content, [each]: !pair.content[each] };
    const thing = { kind: 'switches' as const, key: [pair.agency, pair.point], known: pair.known };
    if (await app.put(thing, content)) announce(t('setup.saved'));
  };
  return (
    <section aria-labelledby="switches-title">
      <h2 id="switches-title">{t('setup.part.switches')}</h2>
      <p>
        {t('setup.switches.lead')} {t('setup.switches.later')} {t('setup.hours_link')}{' '}
        <a href="supervisor.html">{t('setup.board')}</a>
      </p>
      {shown === '' || view.points.length === 0 ? (
        <p role="status">{t('setup.switches.none')}</p>
      ) : (
        <>
          <label class="setup-choice">
            {t('setup.switches.show')}
            <select value={shown} onChange={(event) => setChoice(event.currentTarget.value)}>
              <optgroup label={t('setup.agency')}>
                {view.agencies.map((each) => (
                  <option key={each.code} value={`agency:${each.code}`}>
                    {each.content.name[lang]}
                  </option>
                ))}
              </optgroup>
              <optgroup label={t('setup.point')}>
                {view.points.map((each) => (
                  <option key={each.code} value={`point:${each.code}`}>
                    {each.content.name[lang]}
                  </option>
                ))}
              </optgroup>
            </select>
          </label>
          <div class="scrolls" tabIndex={0} role="group" aria-labelledby="switches-caption">
            <table class="setup-table setup-switches">
              <caption id="switches-caption">{t('setup.switches.of', { name })}</caption>
              <thead>
                <tr>
                  <th scope="col">{t(by === 'point' ? 'setup.agency' : 'setup.point')}</th>
                  {SWITCHES.map((each) => (
                    <th key={each} scope="col">
                      {t(`setup.switch.${each}`)}
                    </th>
                  ))}
                  <th scope="col">{t('setup.switches.waiting')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((pair) => {
                  const agency = nameOf(view.agencies, pair.agency, lang);
                  const point = nameOf(view.points, pair.point, lang);
                  return (
                    <tr key={`${pair.agency}/${pair.point}`}>
                      <th scope="row">{by === 'point' ? agency : point}</th>
                      {SWITCHES.map((each) => {
                        const on = pair.content[each] === true;
                        return (
                          <td key={each}>
                            <button
                              type="button"
                              class="switch"
                              role="switch"
                              aria-checked={on}
                              aria-label={`${t(`setup.switch.${each}`)}, ${agency}, ${point}`}
                              aria-disabled={busy}
                              onClick={() => void turn(pair, each)}
                            >
                              {t(on ? 'setup.on' : 'setup.off')}
                            </button>
                          </td>
                        );
                      })}
                      <td>{pair.waiting}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
