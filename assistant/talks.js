// The list of conversations: each click says what to do with which of them.
const send = (from, what, value) => trigger('submit', {what, value, thread: from.closest('[data-thread]').dataset.thread})

element.addEventListener('click', event => {
  const button = event.target.closest('button[data-what]')
  if (button) send(button, button.dataset.what, button.dataset.value)
})
element.addEventListener('submit', event => {
  event.preventDefault()
  send(event.target, 'rename', event.target.elements.title.value)
})
element.addEventListener('toggle', event => {
  if (!event.target.open) return
  for (const other of element.querySelectorAll('details[open]')) if (other !== event.target) other.open = false
}, true)
