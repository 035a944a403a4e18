// What time is it at the point, by the agent's clock rather than the page's?

export const POINT_ZONE = 'Europe/Helsinki';

/** How far the agent's clock is ahead of the page's (ms). */
export function clockOffset(agent_clock: string, page_now: number): number {
  const agent = Date.parse(agent_clock);
  return Number.isNaN(agent) ? 0 : agent - page_now;
}

/** Whole seconds until an instant of the agent's clock; never below 0. */
export function secondsUntil(instant: string, offset: number, page_now: number): number {
  const left = Date.parse(instant) - (page_now + offset);
  return Number.isNaN(left) ? 0 : Math.max(0, Math.ceil(left / 1000));
}
