export default ({ element }) => {
  element.onclick = () => alert('here');
