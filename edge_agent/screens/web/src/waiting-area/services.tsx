// Which matter, how long does it take, what must be at hand, and can it be done here today?
import { Button, Icon } from '@etapiste/web/ui';
import { agencyOf, paperMissing } from '../state/number_path.ts';
import type { ServiceOffer } from '../state/wire.ts';
import { Explained } from './explained.tsx';
import type { StepProps } from './steps.tsx';

export function Services(props: StepProps & { agency: string }) {
  const { state, path, words, desk, help, agency } = props;
  const offer = agencyOf(state, agency);
  if (!offer) return null;
  const name = offer.name[path.language];
  const back = { label: words.back, act: () => desk.happened({ kind: 'back' }) };
  const adviser = { label: words.no_idea, act: help };
  if (offer.readiness !== 'open') {
    const told = offer.readiness === 'no_clerk' ? words.no_clerk(name) : words.agency_closed(name);
    return (
      <Explained text={`${told.title}. ${told.text}`} tone="warning" choices={[back, adviser]} />
    );
  }
  if (offer.services.length === 0) {
    const { title, text } = words.no_services;
    return <Explained text={`${title}. ${text}`} tone="warning" choices={[back, adviser]} />;
  }
  return (
    <section class="services" aria-label={words.choose_service(name)}>
      <h2>{words.choose_service(name)}</h2>
      <ul class="service-list">
        {offer.services.map((service) => (
          <li key={service.service}>
            <Service {...props} service={service} />
          </li>
        ))}
      </ul>
      <Button size="kiosk" onPress={back.act}>
        {words.back}
      </Button>
    </section>
  );
}

function Service({ state, path, words, desk, service }: StepProps & { service: ServiceOffer }) {
  const lang = path.language;
  return (
    <button type="button" class="service" onClick={() => void desk.takeNumber(service.service)}>
      <span class="service-name">{service.name[lang]}</span>
      <span class="service-minutes">
        <Icon name="clock" /> {words.minutes(service.minutes)}
      </span>
      {service.needs ? (
        <span class="service-needs">
          <Icon name="info" /> {service.needs[lang]}
        </span>
      ) : null}
      {paperMissing(service, state.can_print) ? (
        <span class="service-no-print">
          <Icon name="printer" />
          <span>
            <strong>{words.no_print}</strong> {words.no_print_instead}
          </span>
        </span>
      ) : null}
      <span class="service-take">{words.take_this}</span>
    </button>
  );
}
