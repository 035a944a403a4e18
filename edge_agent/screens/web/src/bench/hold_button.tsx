// A call button that rings only when it is held; a keyboard or a switch device holds it the same.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Press, pressed } from '../state/press_hold.ts';

interface HoldButtonProps {
  label: string;
  hint: string;
  onRing: () => void;
}

const FRAME_MS = 50;
const HOLDING_KEYS = new Set([' ', 'Enter']);

export function HoldButton({ label, hint, onRing }: HoldButtonProps) {
  const [press, setPress] = useState<Press | null>(null);
  const [now, setNow] = useState(0);
  const rung = useRef(false);
  const part = pressed(press, now);

  useEffect(() => {
    if (!press) return undefined;
    const timer = setInterval(() => setNow(performance.now()), FRAME_MS);
    return () => clearInterval(timer);
  }, [press]);
  useEffect(() => {
    if (part < 1 || rung.current) return;
    rung.current = true;
    onRing();
  }, [part, onRing]);

  const down = () => {
    if (press) return;
    rung.current = false;
    const since = performance.now();
    setNow(since);
    setPress({ since });
  };
  const up = () => setPress(null);
  return (
    <button
      type="button"
      class="hold"
      title={hint}
      style={{ '--held': String(part) }}
      onPointerDown={down}
      onPointerUp={up}
      onPointerLeave={up}
      onPointerCancel={up}
      onBlur={up}
      onKeyDown={(event) => {
        if (!HOLDING_KEYS.has(event.key)) return;
        event.preventDefault();
        down();
      }}
      onKeyUp={(event) => {
        // Else the browser makes a click of it, as if nothing had to be held.
        if (HOLDING_KEYS.has(event.key)) event.preventDefault();
        up();
      }}
      onClick={(event) => {
        // Assistive technology cannot hold: its click comes without a pointer or key.
        if (event.detail === 0) onRing();
      }}
    >
      <span class="hold-cap" aria-hidden="true" />
      <span>
        {label}
        <small>{hint}</small>
      </span>
    </button>
  );
}
