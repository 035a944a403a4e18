// One calm strip that says how things are: by a drawing and words, never by colour alone.

import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'info' | 'good' | 'warning' | 'bad' | 'waiting';

const ICONS: Record<Exclude<Tone, 'waiting'>, IconName> = {
  info: 'info',
  good: 'check',
  warning: 'warning',
  bad: 'alert',
};

interface NoticeProps {
  tone: Tone;
  children: ComponentChildren;
  /** Buttons at the end of the strip. */
  actions?: ComponentChildren;
  /** Spoken when it appears; `alert` interrupts. */
  live?: 'status' | 'alert' | undefined;
  class?: string | undefined;
}

export function Notice({ tone, children, actions, live, class: extra }: NoticeProps) {
  return (
    <div class={`notice notice-${tone} ${extra ?? ''}`.trim()} role={live}>
      {tone === 'waiting' ? (
        <span class="spinner-mark" aria-hidden="true" />
      ) : (
        <Icon name={ICONS[tone]} />
      )}
      <div class="notice-words">{children}</div>
      {actions ? <div class="notice-actions">{actions}</div> : null}
    </div>
  );
}
