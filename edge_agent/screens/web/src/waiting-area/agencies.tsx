// Which agency? Each with a line of plain words, and what stands in its way before anyone waits.
import { Button, Icon } from '@etapiste/web/ui';
import type { StepProps } from './steps.tsx';

export function Agencies({ state, path, words, desk, help }: StepProps) {
  const lang = path.language;
  const another = path.step.at === 'start' && path.step.chosen !== undefined;
  return (
    <section class="agencies" aria-label={words.take_number}>
      <h2>{another ? words.errands.what_else : words.what_about}</h2>
      <ul class="agency-list">
        {state.agencies.map((offer) => (
          <li key={offer.agency}>
            <button
              type="button"
              class="agency"
              data-readiness={offer.readiness}
              onClick={() => desk.happened({ kind: 'agency_chosen', agency: offer.agency })}
            >
              <span class="agency-name">{offer.name[lang]}</span>
              <span class="agency-about">{offer.about[lang]}</span>
              {offer.readiness === 'open' ? null : (
                <span class="agency-shut">
                  <Icon name="clock" />
                  {words.shut.now[offer.readiness]}
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      <div class="other-ways">
        <button type="button" class="agency no-idea" onClick={help}>
          <Icon name="person" />
          <span class="agency-name">{words.no_idea}</span>
          <span class="agency-about">{words.no_idea_more}</span>
        </button>
        {another ? (
          <Button size="kiosk" onPress={() => desk.happened({ kind: 'back' })}>
            {words.back}
          </Button>
        ) : state.missed.length > 0 || state.called.length > 0 ? (
          <Button
            size="kiosk"
            icon="refresh"
            onPress={() => desk.happened({ kind: 'missed_opened' })}
          >
            {state.missed.length > 0 ? words.missed_open : words.pass_open}
          </Button>
        ) : null}
      </div>
    </section>
  );
}
