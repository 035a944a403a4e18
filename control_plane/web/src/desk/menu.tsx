// A button that opens a panel of choices over the page.

import { Icon } from '@etapiste/web/ui';
import { useEffect, useRef, useState } from 'preact/hooks';

interface MenuProps {
  label: string;
  summary: preact.ComponentChildren;
  children: (close: () => void) => preact.ComponentChildren;
  class: string;
}

/** A button that opens a panel; Escape and a press elsewhere close it. */
export function Menu({ label, summary, children, class: extra }: MenuProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      box.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', elsewhere);
    document.addEventListener('focusin', elsewhere);
    document.addEventListener('keydown', key);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
      document.removeEventListener('focusin', elsewhere);
      document.removeEventListener('keydown', key);
    };
  }, [open]);
  return (
    <div class={`menu ${extra}`} ref={box}>
      <button type="button" class="menu-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="unseen">{label}: </span>
        {summary}
        <Icon name="down" />
      </button>
      {open ? <div class="menu-panel">{children(() => setOpen(false))}</div> : null}
    </div>
  );
}
