// How does a page of this device reach its agent?
import { useEffect, useState } from 'preact/hooks';
import { connect, type ScreenLink } from '../state/screen_link.ts';
import type { ScreenName } from '../state/wire.ts';

/** What stands behind the # of the page's own address, such as its token; no server sees it. */
export function addressed(name: 'token' | 'lang'): string {
  return new URLSearchParams(location.hash.slice(1)).get(name) ?? '';
}

/** The socket of the agent that served this page, with the token of the page's own address. */
export function agentLink<S>(screen: ScreenName): ScreenLink<S> {
  const token = addressed('token');
  const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/socket`;
  return connect<S>({
    screen,
    token,
    open({ opened, came, closed }) {
      const socket = new WebSocket(address);
      socket.onopen = opened;
      socket.onmessage = ({ data }) => came(data);
      socket.onclose = ({ code }) => closed(code);
      return socket;
    },
    timers: {
      later(ms, act) {
        const timer = setTimeout(act, ms);
        return () => clearTimeout(timer);
      },
    },
  });
}

/** The link's newest state and status, drawn again at each change. */
export function useLink<S>(link: ScreenLink<S>): Pick<ScreenLink<S>, 'state' | 'status'> {
  const [, redraw] = useState<object>();
  useEffect(() => {
    const look = () => redraw({});
    // A state that came between drawing and listening must not be lost: a page in the background
    // listens a second after it was drawn, and the next state may be long in coming.
    look();
    return link.onChange(look);
  }, [link]);
  return { state: link.state, status: link.status };
}
