// Whose door is shut, why, and where does another one stand open?
import type { ShutMessages, Unready } from '../messages/shut.ts';
import type { AgencyOffer, Instead, ServiceOffer } from './wire.ts';

export interface Shut {
  readiness: Unready;
  instead: Instead | null;
}

/** What keeps a visitor from a number of this agency, or of this service of it. */
export function shutOf(offer: AgencyOffer, service?: string): Shut | null {
  if (offer.readiness !== 'open') {
    return { readiness: offer.readiness, instead: offer.instead ?? null };
  }
  const found = offer.shut?.find((each) => each.service === service);
  return found && found.readiness !== 'open'
    ? { readiness: found.readiness, instead: found.instead ?? null }
    : null;
}

/** The service that takes whoever is turned away, if it is offered here and open. */
export function otherService(offer: AgencyOffer, shut: Shut): ServiceOffer | null {
  const code = shut.instead?.way === 'service' ? shut.instead.service : null;
  const other = offer.services.find((each) => each.service === code);
  return other && offer.readiness === 'open' && shutOf(offer, other.service) === null
    ? other
    : null;
}

/** What to do instead, in a sentence; where the other service is not to be had, one asks for help. */
export function insteadWords(words: ShutMessages, shut: Shut, other: ServiceOffer | null): string {
  const way = shut.instead?.way ?? 'ask';
  return words.instead[way === 'service' && !other ? 'ask' : way];
}
