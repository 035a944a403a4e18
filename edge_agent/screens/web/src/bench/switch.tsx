// A thing that is so or is not: one touch, Space or Enter turns it.

interface SwitchProps {
  on: boolean;
  label: string;
  big?: boolean;
  onSwitch: (on: boolean) => void;
}

export function Switch({ on, label, big, onSwitch }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      class={big ? 'switch switch-big' : 'switch'}
      onClick={() => onSwitch(!on)}
    >
      <span class="switch-track" aria-hidden="true" />
      <span>{label}</span>
    </button>
  );
}
