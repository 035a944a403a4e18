// Whose door is shut, why, and where does another one stand open?
import type { Lang } from '@etapiste/web/i18n';
import { opensWords } from '../messages/opening.ts';
import type { ShutMessages, Unready } from '../messages/shut.ts';
import { POINT_ZONE } from './clock.ts';
import type { AgencyOffer, Instead, PointState, ServiceOffer } from './wire.ts';

export interface Shut {
  readiness: Unready;
  instead: Instead | null;
  opens_at: string | null;
}

/** What keeps a visitor from a number of this agency, or of this service of it. */
export function shutOf(offer: AgencyOffer, service?: string): Shut | null {
  if (offer.readiness !== 'open') {
    return {
      readiness: offer.readiness,
      instead: offer.instead ?? null,
      opens_at: offer.opens_at ?? null,
    };
  }
  const found = offer.shut?.find((each) => each.service === service);
  return found && found.readiness !== 'open'
    ? { readiness: found.readiness, instead: found.instead ?? null, opens_at: null }
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

/** When the door opens next, in a sentence; empty where nobody knows, or where it is not shut. */
export function opensNext(
  lang: Lang,
  state: Pick<PointState, 'clock' | 'timezone'>,
  shut: { opens_at?: string | null; readiness?: string },
): string {
  return opensWords(lang, {
    opens_at: shut.opens_at,
    booking: shut.readiness === 'booking_day',
    clock: state.clock,
    timezone: state.timezone ?? POINT_ZONE,
  });
}

/** What to do instead, in a sentence; where the other service is not to be had, one asks for help. */
export function insteadWords(words: ShutMessages, shut: Shut, other: ServiceOffer | null): string {
  const way = shut.instead?.way ?? 'ask';
  return words.instead[way === 'service' && !other ? 'ask' : way];
}
