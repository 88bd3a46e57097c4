export default function draw({ element }) {
  const days = ['Mon' 'Tue'];
  element.textContent = days;
}
