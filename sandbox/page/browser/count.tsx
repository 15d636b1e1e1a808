/** A number beside a word. */
export function Count({ number }: { readonly number: number }) {
  return <span class="count">{number.toLocaleString("en-US")}</span>;
}
