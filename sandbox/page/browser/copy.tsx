import { useEffect, useState } from "preact/hooks";

/** How long a button says that it has copied, in milliseconds. */
const shownFor = 2000;

/** Copies a text into the clipboard, and says so. */
export function CopyButton({ text, label = "Copy" }: { readonly text: string; readonly label?: string }) {
  const [outcome, setOutcome] = useState<string>();
  useEffect(() => {
    if (outcome === undefined) {
      return undefined;
    }
    const timer = setTimeout(() => {
      setOutcome(undefined);
    }, shownFor);
    return () => {
      clearTimeout(timer);
    };
  }, [outcome]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => {
        setOutcome("Copied");
      },
      () => {
        setOutcome("Not copied: the browser does not allow it");
      },
    );
  };
  return (
    <button type="button" class="copy" onClick={copy}>
      <span aria-live="polite">{outcome ?? label}</span>
    </button>
  );
}
