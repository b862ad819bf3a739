export function Records() {
  return <p>x</p>;
}
