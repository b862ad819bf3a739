export function Chart() {
  return <p>x</p>;
}
