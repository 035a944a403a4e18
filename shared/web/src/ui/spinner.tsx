// Shown only where something is waited for, with words that say what.

export function Spinner({ label }: { label: string }) {
  return (
    <p class="spinner" role="status">
      <span class="spinner-mark" aria-hidden="true" /> {label}
    </p>
  );
}
