// Which matter, how long does it take, what must be at hand, and can it be done here today?
import { Button, Icon } from '@etapiste/web/ui';
import { insteadWords, opensNext, otherService, type Shut, shutOf } from '../state/doors.ts';
import { agencyOf, paperMissing } from '../state/number_path.ts';
import type { AgencyOffer, ServiceOffer } from '../state/wire.ts';
import { Explained } from './explained.tsx';
import type { StepProps } from './steps.tsx';

export function Services(props: StepProps & { agency: string }) {
  const { state, path, words, desk, help, agency } = props;
  const offer = agencyOf(state, agency);
  if (!offer) return null;
  const name = offer.name[path.language];
  const back = { label: words.back, act: () => desk.happened({ kind: 'back' }) };
  const adviser = { label: words.no_idea, act: help };
  const shut = shutOf(offer);
  if (shut) {
    const told = words.shut.told[shut.readiness](name);
    const next = opensNext(path.language, state, shut);
    const opens = next ? ` ${next}` : '';
    const instead = shut.instead ? ` ${insteadWords(words.shut, shut, null)}` : '';
    return (
      <Explained
        text={`${told.title}. ${told.text}${opens}${instead}`}
        tone="warning"
        choices={[back, adviser]}
      />
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
            <Service {...props} offer={offer} service={service} />
          </li>
        ))}
      </ul>
      <Button size="kiosk" onPress={back.act}>
        {words.back}
      </Button>
    </section>
  );
}

interface ServiceProps extends StepProps {
  offer: AgencyOffer;
  service: ServiceOffer;
}

function Service(props: ServiceProps) {
  const { state, path, words, desk, offer, service } = props;
  const lang = path.language;
  const shut = shutOf(offer, service.service);
  if (shut) return <ShutService {...props} shut={shut} />;
  return (
    <button
      type="button"
      class="service"
      onClick={() => desk.happened({ kind: 'service_chosen', service: service.service })}
    >
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
      <span class="service-take">{words.errands.choose}</span>
    </button>
  );
}

/** Said before anybody takes a number: no touch here gives one. */
function ShutService({ path, words, desk, offer, service, shut }: ServiceProps & { shut: Shut }) {
  const lang = path.language;
  const other = otherService(offer, shut);
  return (
    <div class="service service-shut" data-readiness={shut.readiness}>
      <span class="service-name">{service.name[lang]}</span>
      <span class="agency-shut">
        <Icon name="clock" />
        {words.shut.now[shut.readiness]}
      </span>
      <span class="service-instead">{insteadWords(words.shut, shut, other)}</span>
      {other ? (
        <Button
          size="kiosk"
          onPress={() => desk.happened({ kind: 'service_chosen', service: other.service })}
        >
          {words.shut.take(other.name[lang])}
        </Button>
      ) : null}
    </div>
  );
}
