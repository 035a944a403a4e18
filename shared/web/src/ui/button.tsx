// A button: what it does in words, its one key in the tooltip.

import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon.tsx';

export interface ButtonProps {
  children?: ComponentChildren;
  onPress: () => void;
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger' | undefined;
  size?: 'desk' | 'kiosk' | undefined;
  icon?: IconName | undefined;
  /** Needed when there are no words in `children`. */
  label?: string | undefined;
  /** Shown on hover and focus, with the key: «Mykistä (M)». */
  hint?: string | undefined;
  /** As `aria-keyshortcuts` wants it. */
  shortcut?: string | undefined;
  disabled?: boolean | undefined;
  /** Something waits: the button stays, and cannot be pressed again. */
  busy?: boolean | undefined;
  pressed?: boolean | undefined;
  describedBy?: string | undefined;
  autoFocus?: boolean | undefined;
  id?: string | undefined;
  class?: string | undefined;
  type?: 'button' | 'submit' | undefined;
}

export function Button(props: ButtonProps): JSX.Element {
  const { kind = 'secondary', size = 'desk', busy = false, type = 'button' } = props;
  const classes = ['button', `button-${kind}`, `button-${size}`, props.class ?? ''];
  return (
    <button
      type={type}
      id={props.id}
      class={classes.join(' ').trim()}
      disabled={props.disabled || busy}
      title={props.hint}
      aria-label={props.label}
      aria-pressed={props.pressed}
      aria-busy={busy || undefined}
      aria-keyshortcuts={props.shortcut}
      aria-describedby={props.describedBy}
      // A dialog's first choice takes the focus when the dialog opens.
      data-autofocus={props.autoFocus || undefined}
      onClick={() => props.onPress()}
    >
      {busy ? <span class="spinner-mark" aria-hidden="true" /> : null}
      {!busy && props.icon ? <Icon name={props.icon} /> : null}
      {props.children ? <span class="button-words">{props.children}</span> : null}
    </button>
  );
}
